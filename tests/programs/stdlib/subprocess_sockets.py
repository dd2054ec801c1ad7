"""subprocess, sockets, select and signals on one machine."""
import subprocess, sys, socket, threading, select, os, signal
print(subprocess.run([sys.executable, "-c", "print(6 * 7)"], capture_output=True, text=True), "")if False else print(subprocess.run([sys.executable, "-c", "print(6 * 7)"], capture_output=True, text=True).stdout)
p = subprocess.run([sys.executable, "-c", "import sys; d = sys.stdin.read(); print(d.upper()); sys.exit(3)"], input="text", capture_output=True, text=True); print(p.stdout, p.returncode)
try:
    subprocess.run([sys.executable, "-c", "raise SystemExit(4)"], check=True)
except subprocess.CalledProcessError as error:
    print(error.returncode)
try:
    subprocess.run(["/nonexistent/program"])
except FileNotFoundError as error:
    print(error)
print(subprocess.check_output("echo shell", shell=True))
a, b = socket.socketpair(); a.sendall(b"ping"); print(b.recv(10)); b.close(); print(a.recv(1)); a.close()
server = socket.create_server(("127.0.0.1", 0))
def serve():
    c, _ = server.accept()
    with c: c.sendall(c.recv(100)[::-1])
t = threading.Thread(target=serve); t.start()
with socket.create_connection(server.getsockname()) as c: c.sendall(b"hello"); print(c.recv(100))
t.join(); server.close()
r, w = os.pipe(); print(select.select([r], [], [], 0)[0]); os.write(w, b"x"); print(select.select([r], [], [], 1)[0] == [r], os.read(r, 5)); os.close(r); os.close(w)
signal.signal(signal.SIGUSR1, lambda n, f: print("signal", signal.Signals(n).name)); os.kill(os.getpid(), signal.SIGUSR1); print("after")
pid = os.fork()
if pid == 0: os._exit(5)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), os.environ.get("HOME") is not None, os.getcwd() == os.path.abspath("."))
try:
    os.kill(os.getpid(), signal.SIGINT)
    for _ in range(10**6): pass
except KeyboardInterrupt: print("interrupted")

"""A threaded TCP echo server; a client process makes a thousand connections, forty at a time."""
import socketserver
import subprocess
import sys
import threading

CLIENT = """
import socket, sys
from concurrent.futures import ThreadPoolExecutor

def visit(number):
    text = (f"client {number} " + "x" * (number % 5000)).encode() + b"\\n"
    with socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=30) as connection, connection.makefile("rb") as lines:
        connection.sendall(text)
        first = lines.readline()
        connection.sendall(b"bye\\n")
        connection.shutdown(socket.SHUT_WR)
        return first == text.upper() and lines.read() == b"BYE\\n"

with ThreadPoolExecutor(40) as pool:
    print(sum(pool.map(visit, range(1000))))
"""


class Echo(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            self.wfile.write(line.upper())
        with server.counted:
            server.served += 1


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = False
    request_queue_size = 128


with Server(("127.0.0.1", 0), Echo) as server:
    server.served, server.counted = 0, threading.Lock()
    accepting = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    accepting.start()
    client = subprocess.run([sys.executable, "-c", CLIENT, str(server.server_address[1])], capture_output=True, text=True)
    server.shutdown()
    accepting.join()
print("echoed", client.stdout.strip(), client.returncode, client.stderr)
print("served", server.served, "threads left", threading.active_count() - 1)

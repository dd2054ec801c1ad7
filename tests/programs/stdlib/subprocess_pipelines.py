"""Pipelines of processes, with time-outs, environments, exit codes, signals and large data both ways."""
import os
import signal
import subprocess
import sys
import tempfile
import time
from subprocess import DEVNULL, PIPE, STDOUT, CalledProcessError, Popen, TimeoutExpired, run

PYTHON = [sys.executable, "-c"]

# A pipeline of three: a program of ours between two of the system's.
numbers = Popen(["seq", "10000"], stdout=PIPE)
square = Popen([*PYTHON, "import sys\nfor line in sys.stdin: print(int(line) ** 2)"], stdin=numbers.stdout, stdout=PIPE)
numbers.stdout.close()
last = Popen(["tail", "-n", "2"], stdin=square.stdout, stdout=PIPE, text=True)
square.stdout.close()
print(last.communicate()[0].split(), numbers.wait(), square.wait(), last.returncode)

# A reader that stops early: the writer gets SIGPIPE.
writer = Popen(["yes"], stdout=PIPE)
reader = Popen(["head", "-n", "1"], stdin=writer.stdout, stdout=PIPE)
writer.stdout.close()
print(reader.communicate()[0], writer.wait() == -signal.SIGPIPE)

# Time-outs: the child is killed and what it wrote is kept.
started = time.monotonic()
try:
    run([*PYTHON, "import time; print('begun', flush=True); time.sleep(60)"], capture_output=True, timeout=2)
except TimeoutExpired as error:
    print(error.timeout, error.output, error.stderr, time.monotonic() - started < 30)
sleeper = Popen(["sleep", "60"])
try:
    sleeper.wait(timeout=0.05)
except TimeoutExpired as error:
    print(error)
sleeper.terminate()
print(sleeper.wait(timeout=10), sleeper.poll(), sleeper)
with Popen(["sh", "-c", "read word; sleep 0.3; echo $word"], stdin=PIPE, stdout=PIPE) as slow:
    try:
        slow.communicate(b"late\n", timeout=0.05)
    except TimeoutExpired:
        print("not yet, then", slow.communicate(timeout=30)[0])

# More than a pipe holds, in both directions at once.
data = os.urandom(3_000_000)
done = run(["cat"], input=data, capture_output=True, timeout=60)
print(done.stdout == data, done.stderr)
done = run([*PYTHON, "import sys; sys.stderr.write('e' * 200_000); sys.stdout.write('o' * 200_000)"], capture_output=True, text=True)
print(len(done.stdout), len(done.stderr), done.returncode)

print(run([*PYTHON, "import os, sys; print(os.environ['A'], os.getcwd() == os.path.realpath(sys.argv[1]))", tempfile.gettempdir()],
          env={"A": "b"}, cwd=tempfile.gettempdir(), stdout=PIPE, text=True).stdout.strip())
print(run("echo $((1 + 2)) | tr 3 4; echo error >&2; exit 5", shell=True, stdout=PIPE, stderr=STDOUT, text=True))
for command in [["false"], ["sh", "-c", "kill -9 $$"], ["/no/such/program"], ["/"]]:
    try:
        subprocess.check_output(command, stderr=DEVNULL)
    except (CalledProcessError, OSError) as error:
        print(type(error).__name__, error)

# Lines as they come, from an unbuffered child.
with Popen([*PYTHON, "for n in range(3): print(n, input(), flush=True)"], stdin=PIPE, stdout=PIPE, text=True, bufsize=1) as child:
    for word in ["a", "b", "c"]:
        child.stdin.write(word + "\n")
        print(child.stdout.readline().strip(), end=" ")
print(child.returncode)

read, write = os.pipe()
with os.fdopen(read) as lines:
    run(["sh", "-c", f"echo through {write - write + 1} >&{write}"], pass_fds=[write])
    os.close(write)
    print(lines.read().strip(), run(["sh", "-c", f"echo x >&{read + 50}"], stderr=DEVNULL).returncode != 0)
group = Popen(["sh", "-c", "sleep 60 & sleep 60"], start_new_session=True)
os.killpg(group.pid, signal.SIGTERM)
print(group.wait(), subprocess.getstatusoutput("echo out; exit 3"))

"""mmap, shared memory, semaphores, terminals, faulthandler, cProfile."""
import cProfile, faulthandler, io, mmap, os, pstats, sys, tempfile, termios
from multiprocessing import shared_memory, get_context

with tempfile.TemporaryFile() as file:
    file.write(b"one\ntwo\nthree\n")
    file.flush()
    with mmap.mmap(file.fileno(), 0) as view:
        print(view[:3], view.find(b"two"), view.readline(), view.tell(), len(view))
        view[0:3] = b"ONE"
        view.resize(8)
        print(bytes(view), view.size(), repr(view))
        export = memoryview(view)
        try:
            view.close()
        except BufferError as error:
            print(error)
        export.release()
    print(view.closed, file.seek(0), file.read())
block = shared_memory.SharedMemory(create=True, size=16)
block.buf[:5] = b"hello"
other = shared_memory.SharedMemory(block.name)
print(bytes(other.buf[:5]))
other.close()
block.close()
block.unlink()
lock = get_context("fork").RLock()
print(lock.acquire(), lock.acquire(), lock.release(), lock.release())
master, slave = os.openpty()
attributes = termios.tcgetattr(slave)
attributes[3] &= ~termios.ECHO
termios.tcsetattr(slave, termios.TCSANOW, attributes)
print(termios.tcgetattr(slave)[3] & termios.ECHO, termios.tcsetwinsize(slave, (24, 80)), termios.tcgetwinsize(master))


def outer(count):
    return sum(inner(n) for n in range(count))


def inner(n):
    return n and inner(n - 1)


profile = cProfile.Profile()
print(profile.runcall(outer, 3))
out = io.StringIO()
pstats.Stats(profile, stream=out).sort_stats("name").print_stats("inner|outer|sum")
print([line.split()[0] + " " + line.split("(")[-1] for line in out.getvalue().splitlines() if line.endswith(")")])
with tempfile.TemporaryFile() as file:
    faulthandler.dump_traceback(file, all_threads=False)
    file.seek(0)
    print(file.read().decode().splitlines()[0], faulthandler.is_enabled())

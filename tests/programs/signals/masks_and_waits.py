# Blocked signals wait; sigwait and its like take them; the wakeup descriptor tells of them.
import os
import signal

old = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1, signal.SIGUSR2])
print(old)
os.kill(os.getpid(), signal.SIGUSR1)
print(signal.sigpending())
print(signal.sigwait({signal.SIGUSR1}))
os.kill(os.getpid(), signal.SIGUSR2)
info = signal.sigwaitinfo([signal.SIGUSR2])
print(info.si_signo == signal.SIGUSR2, info.si_pid == os.getpid(), info.si_uid == os.getuid(), len(info))
print(signal.sigtimedwait([signal.SIGUSR1], 0.01))
signal.pthread_sigmask(signal.SIG_SETMASK, old)

reader, writer = os.pipe()
os.set_blocking(writer, False)
print(signal.set_wakeup_fd(writer))
signal.signal(signal.SIGUSR1, lambda number, frame: print("handled"))
signal.raise_signal(signal.SIGUSR1)
print(os.read(reader, 10) == bytes([signal.SIGUSR1]))
print(signal.set_wakeup_fd(-1) == writer)
try:
    signal.set_wakeup_fd(reader)
except ValueError as error:
    print("must be in non-blocking mode" in str(error))
for call in (lambda: signal.pthread_sigmask(0, [1000]), lambda: signal.setitimer(9, 1), lambda: signal.alarm("x")):
    try:
        call()
    except (ValueError, OSError, TypeError) as error:
        print(type(error).__name__, error)
print(signal.getitimer(signal.ITIMER_REAL), signal.alarm(100), signal.alarm(0))
print(len(signal.valid_signals()), signal.SIGINT in signal.valid_signals())

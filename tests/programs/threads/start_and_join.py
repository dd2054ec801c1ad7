# Threads start, run their function with arguments, and are joined; exceptions go to threading.excepthook.
import threading

results = []


def work(number, *, scale):
    results.append(number * scale)


threads = [threading.Thread(target=work, args=(number,), kwargs={"scale": 10}) for number in range(5)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(sorted(results))
print([thread.is_alive() for thread in threads])

main = threading.main_thread()
print(main is threading.current_thread(), main.name, main.is_alive(), threading.active_count())


def fail():
    raise ValueError("from a thread")


def hook(args):
    print(args.exc_type.__name__, args.exc_value, args.thread.name, args.exc_traceback is not None)


threading.excepthook = hook
thread = threading.Thread(target=fail, name="failing")
thread.start()
thread.join()

try:
    thread.start()
except RuntimeError as error:
    print(error)
try:
    threading.current_thread().join()
except RuntimeError as error:
    print(error)
try:
    threading.Thread(target=work).join()
except RuntimeError as error:
    print(error)

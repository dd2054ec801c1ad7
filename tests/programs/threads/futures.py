"""concurrent.futures with threads."""
from concurrent.futures import ThreadPoolExecutor, as_completed, wait
with ThreadPoolExecutor(3) as pool:
    print(list(pool.map(lambda x: x * x, range(6))))
    fs = [pool.submit(pow, 2, n) for n in range(4)]
    print([f.result() for f in fs], all(f.done() for f in fs))
    bad = pool.submit(lambda: 1 / 0)
    print(repr(bad.exception()))
    try:
        bad.result()
    except ZeroDivisionError as error:
        print(error)
    print(sorted(f.result() for f in as_completed([pool.submit(len, "x" * i) for i in range(3)])))
    done, pending = wait(fs); print(len(done), len(pending))
    f = pool.submit(str, 5); f.add_done_callback(lambda f: None); print(f.result(timeout=5))
try:
    pool.submit(print)
except RuntimeError as error:
    print(error)

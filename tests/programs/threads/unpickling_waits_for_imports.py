"""A class whose module another thread is just executing: unpickling waits until the module is complete."""
import os
import pickle
import sys
import tempfile
import threading

SOURCE = """
import threading
threading.under_way.set()
threading.may_end.wait()
class Late: pass
"""

threading.under_way, threading.may_end = threading.Event(), threading.Event()
with tempfile.TemporaryDirectory() as folder:
    with open(os.path.join(folder, "slowly_imported.py"), "w") as file:
        file.write(SOURCE)
    sys.path.insert(0, folder)
    results = []

    def load():
        results.append(pickle.loads(b"\x80\x03cslowly_imported\nLate\nq\x00)\x81q\x01."))

    importer = threading.Thread(target=__import__, args=("slowly_imported",))
    importer.start()
    threading.under_way.wait()
    loader = threading.Thread(target=load)
    loader.start()
    loader.join(0.2)
    print(loader.is_alive(), results)
    threading.may_end.set()
    importer.join()
    loader.join()
    print([type(result).__name__ for result in results])

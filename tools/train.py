"""Runs a script as __main__ in a thread with a large stack: python train.py SCRIPT [ARGUMENT...]

In the program that records a profile some instructions call the next one instead of jumping to it, so the stack grows with
every instruction of a frame.
"""

import os
import runpy
import sys
import threading

script, *arguments = sys.argv[1:]
sys.argv[:] = [script, *arguments]
sys.path[0] = os.path.dirname(os.path.abspath(script))
threading.stack_size(4 << 30)
thread = threading.Thread(target=runpy.run_path, args=(script,), kwargs={"run_name": "__main__"})
thread.start()
thread.join()

"""Looking into other Python processes, which this interpreter does not do; the names are here for `asyncio.tools`."""
# Ours: CPython's is written in C, and reads CPython's memory.

import collections

PROCESS_VM_READV_SUPPORTED = 0

TaskInfo = collections.namedtuple("TaskInfo", "task_id task_name coroutine_stack awaited_by")
CoroInfo = collections.namedtuple("CoroInfo", "call_stack task_name")
FrameInfo = collections.namedtuple("FrameInfo", "filename lineno funcname")
ThreadInfo = collections.namedtuple("ThreadInfo", "thread_id frame_list")
AwaitedInfo = collections.namedtuple("AwaitedInfo", "thread_id awaited_by")


class RemoteUnwinder:
    """Would read the stacks of another process."""

    def __init__(self, pid, *, all_threads=False, only_active_thread=False, debug=False):
        raise RuntimeError("the stacks of another process cannot be read by this interpreter")

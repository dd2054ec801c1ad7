"""The part of _testcapi (which see) that has threads which `threading` did not start."""

import _thread


class _Last:
    """The last thread of each kind: what it waits for, or what says that it has ended."""

    temporary = None
    waiter = None


def call_in_temporary_c_thread(function, wait=True, /):
    """Call a function in a thread of its own, which join_temporary_c_thread() waits for."""
    if _Last.temporary is not None:
        raise RuntimeError("test_c_thread.thread is not null")
    ended = _thread.allocate_lock()
    ended.acquire()

    def call():
        try:
            function()
        finally:
            ended.release()

    _Last.temporary = ended
    _thread.start_new_thread(call, ())
    if wait:
        join_temporary_c_thread()


def join_temporary_c_thread():
    ended, _Last.temporary = _Last.temporary, None
    if ended is None:
        raise RuntimeError("No temporary thread")
    ended.acquire()
    ended.release()


def _spawn_pthread_waiter():
    """Start a thread that does nothing until _end_spawned_pthread() is called."""
    lock, ended = _thread.allocate_lock(), _thread.allocate_lock()
    lock.acquire()
    ended.acquire()

    def wait():
        lock.acquire()
        ended.release()

    _Last.waiter = lock, ended
    _thread.start_new_thread(wait, ())


def _end_spawned_pthread():
    (lock, ended), _Last.waiter = _Last.waiter, None
    lock.release()
    ended.acquire()

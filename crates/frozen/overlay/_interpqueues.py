"""Queues between interpreters; as there is one interpreter, its threads share them."""
# Ours: CPython's is written in C.

import collections
import itertools

_queues = {}
_numbers = itertools.count(1)
_classes = {}


class QueueError(RuntimeError):
    """Indicates that a queue-related error happened."""

    __module__ = "concurrent.interpreters"


class QueueNotFoundError(QueueError):
    """An interpreter queue was not found"""

    __module__ = "concurrent.interpreters"


class _Queue:
    def __init__(self, maxsize, unboundop, fallback):
        self.maxsize = maxsize
        self.defaults = unboundop, fallback
        self.items = collections.deque()
        self.bound = 0


def _of(qid):
    try:
        return _queues[int(qid)]
    except KeyError:
        raise QueueNotFoundError(f"queue {qid} not found") from None


def _register_heap_types(queue, empty, full):
    _classes.update(empty=empty, full=full)


def create(maxsize, unboundop=-1, fallback=-1):
    qid = next(_numbers)
    _queues[qid] = _Queue(maxsize, unboundop, fallback)
    return qid


def destroy(qid):
    _of(qid)
    del _queues[qid]


def list_all():
    return [(qid, *queue.defaults) for qid, queue in _queues.items()]


def put(qid, obj, unboundop=-1, fallback=-1):
    queue = _of(qid)
    if is_full(qid):
        raise _classes["full"](f"queue {qid} is full")
    queue.items.append((obj, unboundop))


def get(qid):
    queue = _of(qid)
    if not queue.items:
        raise _classes["empty"](f"queue {qid} is empty")
    obj, _ = queue.items.popleft()
    return obj, None


def bind(qid):
    _of(qid).bound += 1


def release(qid):
    queue = _of(qid)
    queue.bound -= 1
    if queue.bound <= 0:
        del _queues[qid]


def get_maxsize(qid):
    return _of(qid).maxsize


def get_queue_defaults(qid):
    return _of(qid).defaults


def is_full(qid):
    queue = _of(qid)
    return 0 < queue.maxsize <= len(queue.items)


def get_count(qid):
    return len(_of(qid).items)

# Cycles through every kind of object are found: attributes, containers, closures, generators, classes, exceptions.
import collections
import functools
import gc
import threading
import types
import weakref


class Thing:
    pass


def through(make):
    thing = Thing()
    thing.link = make(thing)
    return thing


def suspended(thing):
    def generator():
        kept = [thing]
        yield
        return kept

    started = generator()
    next(started)
    return started


async def coroutine(thing):
    return thing


def failure(thing):
    try:
        raise ValueError(thing)
    except ValueError as error:
        return error


def local(thing):
    data = threading.local()
    data.thing = thing
    return data


KINDS = {
    "itself": lambda thing: thing,
    "dict": lambda thing: {"key": thing},
    "key": lambda thing: {thing: 1},
    "list": lambda thing: [thing],
    "tuple": lambda thing: ((thing,),),
    "set": lambda thing: {thing},
    "deque": lambda thing: collections.deque([thing]),
    "ordered": lambda thing: collections.OrderedDict(a=thing),
    "default": lambda thing: collections.defaultdict(list, {1: thing}),
    "closure": lambda thing: lambda: thing,
    "default value": lambda thing: (lambda value=thing: value),
    "partial": lambda thing: functools.partial(print, thing),
    "method": lambda thing: types.MethodType(print, thing),
    "generator": suspended,
    "map": lambda thing: map(print, [thing]),
    "zip": lambda thing: zip([thing]),
    "iterator": lambda thing: iter([thing]),
    "exception": failure,
    "weakref callback": lambda thing: weakref.ref(Thing, lambda _: thing),
    "property": lambda thing: property(lambda _: thing),
    "class": lambda thing: type("Made", (), {"thing": thing}),
    "module": lambda thing: vars(types.ModuleType("made")).update(thing=thing) or thing,
    "proxy": lambda thing: types.MappingProxyType({1: thing}),
    "slice": lambda thing: slice(thing),
    "alias": lambda thing: list[thing],
    "local": local,
    "namespace": lambda thing: types.SimpleNamespace(thing=thing),
}

for name, make in KINDS.items():
    thing = through(make)
    alive = weakref.ref(thing)
    del thing
    gc.collect()
    print(name, "collected" if alive() is None else "LEAKED")

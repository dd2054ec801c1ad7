"""Recursion through Python and through native code: always RecursionError, never the end of the process."""
import sys
class Rec:
    def __repr__(self): return repr(self)
    def __str__(self): return str(self)
    def __eq__(self, o): return self == o
    def __hash__(self): return hash(self)
    def __len__(self): return len(self)
    def __getattr__(self, n): return getattr(self, n)
    def __call__(self): return self()
    def __iter__(self): return iter(self)
    def __add__(self, o): return self + o
    def __getitem__(self, i): return self[i]
    def __bool__(self): return bool(self)
    def __contains__(self, x): return x in self
    def __lt__(self, o): return sorted([self, o]) and True
    def __format__(self, s): return format(self, s)
    def __int__(self): return int(self)
    def __index__(self): return [1][self]
    def __enter__(self):
        with self: pass
    def __exit__(self, *a): pass
    def __del__(self): pass
    @property
    def prop(self): return self.prop
    def __setattr__(self, n, v): setattr(self, n, v)
r = Rec()
for text in ("repr(r)", "str(r)", "r == r", "hash(r)", "len(r)", "r.missing", "r()", "iter(r)", "r + 1", "r[0]", "bool(r)", "1 in r", "r < r", "format(r)", "int(r)", "[1][r]", "r.__enter__()", "r.prop", "r.x = 1", "f'{r}'", "sorted([r, r])", "{r}", "[r] == [Rec()]", "'%s' % r", "print(r)", "max(r, r)", "list(map(repr, [r]))", "isinstance(r, r)", "str([r])", "eval('r()')", "sum([r, 1])"):
    try:
        exec(text); print(text, "fine")
    except RecursionError:
        print(text, "RecursionError")
    except TypeError as error:
        print(text, "TypeError")
def gen(n): yield from gen(n + 1)
try:
    next(gen(0))
except RecursionError as error: print("generator RecursionError")
async def coro(): await coro()
try:
    coro().send(None)
except RecursionError: print("coroutine RecursionError")
def cls(n): 
    class C: x = cls(n + 1)
try:
    cls(0)
except RecursionError: print("class body RecursionError")
def mapped(x): return list(map(mapped, [x]))
try:
    mapped(1)
except RecursionError: print("map RecursionError")
def sort_key(x): return sorted([1], key=sort_key)
try:
    sort_key(1)
except RecursionError: print("sort RecursionError")
l = []; l.append(l); m = []; m.append(m)
try:
    l == m
except RecursionError: print("list == RecursionError")
def ex(): exec("ex()")
try:
    ex()
except RecursionError: print("exec RecursionError")
class M(type):
    def __instancecheck__(cls, o): return isinstance(o, cls)
class MC(metaclass=M): pass
try:
    isinstance(1, MC)
except RecursionError: print("isinstance RecursionError")
class Desc:
    def __get__(self, o, t): return o.d
class H: d = Desc()
try:
    H().d
except RecursionError: print("descriptor RecursionError")
import functools
@functools.lru_cache(None)
def cached(n): return cached(n + 1)
try:
    cached(0)
except RecursionError: print("lru_cache RecursionError")
def catch_all(n):
    try:
        catch_all(n + 1)
    except RecursionError:
        return
    finally:
        pass
catch_all(0); print("survived")

"""Names in class bodies, name mangling, the class cell, __class__, nested classes."""
x = "global"
class A:
    y = x
    x = "class"
    z = x
    def method(self): return x
    lst = [x for _ in range(1)]
    fn = lambda: x
    print(sorted(k for k in locals() if not k.startswith("__")))
print(A.y, A.z, A().method(), A.lst, A.fn())
def f():
    x = "function"
    class B:
        a = x
        x = "body"
        b = x
        def m(self): return x
    return B.a if hasattr(B, "a") else None, B.b, B().m()
try:
    print(f())
except NameError as error:
    print(error)
class M:
    __private = 1
    def __secret(self): return self.__private
    def get(self): return self.__secret(), M.__private
    __dunder__ = 2
    _M__direct = 3
print(M().get(), sorted(k for k in vars(M) if "M__" in k), M.__dunder__)
class N:
    class Inner:
        def who(self): return __class__.__name__, __class__.__qualname__
    def me(self): return __class__
print(N.Inner().who(), N().me() is N)
class Loop:
    for i in range(3): pass
    if i: j = i * 2
    del i
print(Loop.j, hasattr(Loop, "i"))
class Uses:
    a = 1
    try:
        b = [a for _ in range(1)]
    except NameError as error:
        b = str(error)
print(Uses.b)
def outer():
    v = 1
    class C:
        nonlocal v
        v = 2
    return v, "v" in vars(C)
print(outer())

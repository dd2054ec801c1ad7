"""__names are mangled with the class's name."""
class A:
    __x = 1
    def get(self): return self.__x
    def __m(self): return "A"
    def call(self): return self.__m()
class B(A):
    __x = 2
    def __m(self): return "B"
    def get2(self): return self.__x
b = B(); print(b.get(), b.get2(), b.call(), b._A__x, b._B__x, hasattr(b, "__x"))

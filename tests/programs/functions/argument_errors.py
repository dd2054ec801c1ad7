"""The words of every complaint about arguments."""
def none(): pass
def one(a): pass
def two(a, b): pass
def three(a, b, c): pass
def opt(a, b=1): pass
def kwonly(*, k): pass
def kwonly2(a, *, k, m): pass
def posonly(a, b, /): pass
def var(a, *args): pass
def mixed(a, /, b, *, c): pass
class C:
    def method(self, x): pass
    @classmethod
    def cm(cls): pass
    @staticmethod
    def sm(): pass
    def __init__(self, needed=0): pass
calls = """none(1); none(1, 2); none(x=1); one(); one(1, 2); one(b=1); one(1, a=1); two(); two(1); three(); three(1)
opt(); opt(1, 2, 3); opt(1, z=2); kwonly(); kwonly(1); kwonly(1, k=2); kwonly2(1); kwonly2(1, 2, k=1, m=2); posonly(1)
posonly(a=1, b=2); posonly(1, b=2); var(); mixed(a=1, b=2, c=3); mixed(1); mixed(1, 2, 3); C().method(); C().method(1, 2)
C.method(); C.cm(1); C.sm(1); C(1, 2); C().nothing(); one(*[1, 2]); one(**{'a': 1, 'b': 2}); one(1, **{'a': 2})
two(a=1, **{'a': 2}); one(**{1: 2}); one(*5); one(**5); (lambda x: x)(); [lambda: 0][0](1); opt(1, aa=3); three(1, cc=3, bb=1)
5(); 'x'(); None(); C()(); [](1); {}(2); print(*None)"""
for line in calls.split("\n"):
    for call in line.split("; "):
        try:
            eval(call)
            print(call, "-> fine")
        except Exception as error:
            print(call, "->", type(error).__name__, error)

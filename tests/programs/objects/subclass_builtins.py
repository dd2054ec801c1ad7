"""Subclasses of built-in types keep behaviour, add attributes, override pieces."""
class MyList(list):
    def append(self, x): super().append(x * 2)
    def __getitem__(self, i): return ("item", list.__getitem__(self, i))
m = MyList([1, 2]); m.append(3); m.tag = "t"
print(m, m[0], m.tag, len(m), list(m), m + [9], type(m + []).__name__, sorted(m), m == [1, 2, 6], m.copy().__class__.__name__)
class Default(dict):
    def __missing__(self, key): return f"missing {key}"
d = Default(a=1); print(d["a"], d["b"], d.get("b"), "b" in d, d)
class MyInt(int):
    def __add__(self, o): return MyInt(int(self) + int(o) + 100)
    def __repr__(self): return f"MyInt({int(self)})"
print(MyInt(1) + 2, 2 + MyInt(1), MyInt(5) * 2, [MyInt(1)], hash(MyInt(5)) == hash(5), {5: "x"}[MyInt(5)], MyInt("7"), MyInt(255).bit_length(), f"{MyInt(3)} {MyInt(3):d}")
class MyStr(str):
    def __eq__(self, o): return str.__eq__(self.lower(), o.lower())
    def __hash__(self): return hash(self.lower())
print(MyStr("ABC") == "abc", "abc" == MyStr("ABC"), {MyStr("K"): 1}["k"], MyStr("a,b").split(","), MyStr("x").upper().__class__.__name__, "".join([MyStr("q")]))
class MySet(set): pass
print(MySet([1]) | {2}, type(MySet([1]) | {2}).__name__, MySet([1]) == {1})
class MyFloat(float): pass
print(MyFloat(1.5) + 1, MyFloat("2.5"), repr(MyFloat(1)))
class MyBytes(bytes): pass
print(MyBytes(b"ab") + b"c", MyBytes(b"x")[0])
class MyTuple(tuple): pass
print(MyTuple([1, 2]), MyTuple() == (), hash(MyTuple((1,))) == hash((1,)), MyTuple([1]) + (2,))
class MyExc(KeyError): pass
try:
    {}["x"]
except MyExc: print("no")
except KeyError as e: print(repr(e))
class MyType(type): pass
print(MyType("Z", (), {}).__class__.__name__)
class MyDict(dict):
    def __setitem__(self, k, v): super().__setitem__(k, v * 10)
md = MyDict(a=1); md["b"] = 2; md.update(c=3); print(md, {**md}, dict(md))
class MyIterator(list):
    def __iter__(self): return iter(["overridden"])
print(list(MyIterator([1, 2])), [*MyIterator([1])], tuple(MyIterator()), len(MyIterator([1, 2])))

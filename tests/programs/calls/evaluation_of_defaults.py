"""A default is made once and shared."""
def f(x=[]): x.append(len(x)); return x
print(f(), f(), f([9]))
i = 5
def g(x=i): return x
i = 6
print(g())

"""Special methods that instructions call: results, NotImplemented, wrong results, exceptions; all three times, as the machine warms up."""
class V:
    def __init__(s,x): s.x=x
    def __add__(s,o): 
        if not isinstance(o,V): return NotImplemented
        return V(s.x+o.x)
    def __radd__(s,o): return ("radd",o)
    def __iadd__(s,o):
        if o==3: return NotImplemented
        s.x+=1; return s
    def __sub__(s,o): return NotImplemented
    def __rsub__(s,o): return "rsub"
    def __lt__(s,o): return NotImplemented if o is None else [1]
    def __eq__(s,o): return s.x==o.x if isinstance(o,V) else NotImplemented
    def __bool__(s): return s.x
    def __len__(s): return s.x
    def __contains__(s,o): return o
    def __iter__(s): return s.x
    def __getitem__(s,k): 
        if k=='r': raise KeyError(k)
        return k
    def __setitem__(s,k,v): print("set",k,v)
    def __delitem__(s,k): print("del",k)
    def __call__(s,*a,**k): return a,k
    def __pow__(s,o): return NotImplemented
    def __matmul__(s,o): return "mm"
    def __getattr__(s,n):
        if n=='boom': raise AttributeError('boom!')
        return n
class W(V):
    def __radd__(s,o): return "W"
class L:
    def __init__(s,x): s.x=x
    def __len__(s): return s.x
def t(f):
    try: print(f())
    except Exception as e: print(type(e).__name__, e)
def run():
    a=V(1); b=V(2)
    t(lambda:(a+b).x); t(lambda:a+5); t(lambda:5+a); t(lambda:a-5); t(lambda:5-a); t(lambda:a-b); t(lambda: a+W(1)); t(lambda: (W(1)+a).x)
    def ia(o):
        x=V(1); x+=o; return x if not isinstance(x,V) else x.x
    t(lambda:ia(1)); t(lambda:ia(3)); t(lambda:ia(V(3)))
    t(lambda:a<b); t(lambda:a<None); t(lambda:a>b); t(lambda:a==b); t(lambda:a==V(1)); t(lambda:a!=5); t(lambda:a==5)
    t(lambda: 1 if a<b else 2); t(lambda: 1 if V(True) else 2); t(lambda: 1 if a else 2); t(lambda: not V(False)); t(lambda: 1 if L(0) else 2); t(lambda: 1 if L(-1) else 2);t(lambda: 1 if L('a') else 2)
    t(lambda: len(L(5))); t(lambda: len(L(-5))); t(lambda: len(L(2**70))); t(lambda: len(L(True))); t(lambda: len(L('x')))
    t(lambda: [] in a); t(lambda: 1 in a); t(lambda: 1 not in a)
    t(lambda: [x for x in V(iter([1,2]))]); t(lambda: [x for x in V(5)])
    t(lambda: a['q']); t(lambda:a['r'])
    a['k']=5; del a['k']
    t(lambda: a(1,2,k=3)); t(lambda: a(*[1],**{'z':1}))
    t(lambda: a**2); t(lambda: a@2); t(lambda: a.zork); t(lambda: a.boom); t(lambda: a.meth())
class It:
    def __init__(s,n): s.n=n
    def __iter__(s): return s
    def __next__(s):
        if s.n<=0: raise StopIteration(7)
        if s.n==100: raise ValueError("x")
        s.n-=1; return s.n
class SA:
    def __setattr__(s,n,v): object.__setattr__(s,n,v*2)
    @property
    def p(s): return 1
class PS:
    @property
    def p(s): return s._p
    @p.setter
    def p(s,v):
        if v==3: raise ValueError(v)
        s._p=v
for i in range(3):
    run()
    t(lambda:[x for x in It(3)]); t(lambda:[x for x in It(102)])
    s=SA(); s.q=5; t(lambda:s.q)
    s=PS(); s.p=5; t(lambda:s.p)
    def f(): s.p=3
    t(f)

"""Special methods that call themselves without end raise RecursionError, whatever calls them."""
def deep(n):
    class D:
        def __add__(s,o): return s+o
        def __getitem__(s,k): return s[k]
        def __len__(s): return len(s)
        def __bool__(s): return not s
        def __eq__(s,o): return s==o
        def __getattr__(s,n): return s.x
        def __call__(s): return s()
        def __iter__(s): return iter(s)
        def __next__(s): return next(s)
        def __repr__(s): return repr(s)
        def __str__(s): return str(s)
        def __hash__(s): return hash(s)
        def __contains__(s,x): return x in s
        def __setitem__(s,k,v): s[k]=v
        def __setattr__(s,k,v): s.k=v
        def __enter__(s):
            with s: pass
        def __exit__(s,*a): pass
        def __format__(s,f): return format(s,f)
        def __index__(s): return [1][s]
        def __neg__(s): return -s
    d=D()
    def sa(): d.x=1
    def si(): d[1]=1
    def w():
        with d: pass
    def it():
        for x in d: pass
    for f in [lambda:d+d,lambda:d[1],lambda:len(d),lambda:not d,lambda:d==1,lambda:d.y,lambda:d(),it,lambda:next(d),lambda:repr(d),lambda:str(d),lambda:hash(d),lambda:1 in d,sa,si,w,lambda:format(d,''),lambda:[1][d],lambda:-d]:
        try: f()
        except RecursionError as e: print("RE",end=' ')
    print()
deep(1)

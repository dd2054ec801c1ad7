"""Operators on ints near the machine word, with every sign and shift; division of floats."""
def ops(a,b):
    r=[]
    for f in (lambda:a//b,lambda:a%b,lambda:a<<b,lambda:a>>b,lambda:a&b,lambda:a|b,lambda:a^b,lambda:a/b):
        for i in range(5):
            try: x=f()
            except Exception as e: x=type(e).__name__
        r.append(x)
    print(a,b,r)
for a in (7,-7,0,2**62-1,-2**62,2**40+3,True):
    for b in (3,1,0,64,62,61,63,True):
        ops(a,b)
ops(7,-3);ops(-7,-3);ops(2**61,2)
ops(7.5,2.5) if 0 else None
def fo(a,b):
    for i in range(5):
        try: x=a/b
        except Exception as e: x=type(e).__name__
    print(x)
fo(1.0,3.0);fo(1.0,0.0);fo(0.0,1.0);fo(1e300,1e-300);fo(1e-200,1e200)

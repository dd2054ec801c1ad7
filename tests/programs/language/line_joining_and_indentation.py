"""Layout: continuation, semicolons, tabs, comments, odd indents."""
total = 1 + \
    2 + (3
  + 4   # inside brackets anything goes
)
if total: print(total); print("same line")
if True:
        x = 1
        if x:
         y = 2
         print(x, y)
	# a comment with a tab
def f(a,
      b=[1,
         2],
      ): return (
    a, b,
)
print(f(1)); pass; print(f(2,))
class Empty: ...
class OneLine: x = 1; y = 2
print(OneLine.y)
for i in range(2): print(i, end=" "); print(i * 2)
while total > 8: total -= 1
else: print("else", total)
try: 1 / 0
except ZeroDivisionError: print("caught")
finally: print("done")
with open(__file__) as source: print(source.readline().strip())

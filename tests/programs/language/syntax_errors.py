"""Messages and places of syntax errors: a case on each line, with ⏎ for the end of a line and → for a tab."""
cases = r'''
x = 
1 +
(1
[1, 2
)
x = = 2
if x
if x:
for x in y
while True print(1)
def f(:
def f(a, a): pass
def f(a=1, b): pass
def f(*): pass
def f(**k, a): pass
class
class A(:
return 1
yield 1
await x
break
continue
x + 1 = 2
f() = 1
1 = x
None = 1
True = 1
x, 1 = 2
del f()
del 1
"abc
'abc
"""abc
f"{x
f"{"
f"{}"
f"{x!z}"
f"{a b}"
lambda: (yield) = 1
print 1
print "x"
exec "x"
import
from x
from x import
from . import *
from x import (a
import a.b as
global x; x = 1; global x
nonlocal x
x = 1; global x
assert
raise from x
try: pass
try: pass
else if: pass
a b
a b c
x y = 1
1a
0777
0x
0b2
1__0
1_
1.5.5 .x y
5 = x
x = 5 if 1
x = 1 if 2 else
[x for]
[x for x]
[for x in y]
{1: 2, 3}
{**a, b}
{1, 2: 3}
f(a=1, 2)
f(**a, *b)
f(a=1, a=2)
f(1=2)
f(a.b=1)
f(x for x in y, 1)
(x for x in y) = 1
a := 1
(a.b := 1)
x = (y := )
async x
async def f(): pass; await
@
@x
\
x = \ 1
$
?
a ! b
a <> b
a === b
!x
`x`
x++
++
->
:=
a -> b
with x as 1: pass
with x as f(): pass
with
except: pass
finally: pass
elif x: pass
match x: case 1: pass
not
in x
is
x is
x not y
and x
*x
**x
*a = 1
a, *b, *c = 1
(*x)
*x, = 1 +
f(*)
f(**)
x[
x[]
x[1:2:3:4]
x.
x.1
.x
x..y
1.x
"a" 1
b"é"
b"a" "b"
'\N{nothing here}'
'\x1'
'\u12'
'\U00110000'
def f() pass
def f(a b): pass
def (a): pass
def f(a, /, b, /): pass
def f(*, **k): pass
def f(a, *, /): pass
lambda a a: 1
lambda *: 1
type = 
type X = 
type X[T = 1
class A[T: pass
def f[T](: pass
if x = 1: pass
while x = 1: pass
if (x = 1): pass
x = yield = 1
import a as b.c
from a import b as c.d
from a import b,
try:⏎  pass⏎x = 1
if 1:⏎x
  x = 1
if 1:⏎    x⏎  y
def f():⏎→x⏎        y
class A:⏎x = 1
else: pass
while 1:⏎  pass⏎ x
if 1: pass⏎  else: pass
for 1 in x: pass
for f() in x: pass
for x, 1 in y: pass
[1 for 1 in x]
def f():⏎  x = 1⏎  global x
def f():⏎  print(x)⏎  nonlocal x
def f(x):⏎  global x
def f():⏎  return⏎  yield from
class A:⏎  return 1
class A: yield 1
async def f(): yield from x
def f(): async for x in y: pass
def f(): async with y: pass
def f(): await x
def f(__debug__): pass
__debug__ = 1
x.__debug__ = 1
f(__debug__=1)
import __debug__
except* x: pass
try: pass⏎except: pass⏎except x: pass
try: pass⏎except* a: pass⏎except b: pass
try: pass⏎except*: pass
try: pass⏎except a, b as c: pass
for x in y: pass⏎else⏎pass
{x: 1 for x, in}
(1, 2
{1
"abc⏎def
f‴{
f"{x:{y:{z:{w}}}}"
f"{lambda x: 1}"
f"{x=!}"
f"{*a}"
f"{a $ b}"
f"a } b"
t"{"
t"{x!}"
u"a" b"b"
from __future__ import nothing
from __future__ import braces
x; from __future__ import annotations
def f(): import *
def f(): from x import *
from x import *, y
from x import (*)
(yield)
[(yield) for x in y]
[await x for x in y]
x: int: str
x: int = 
(x, y): int
[x]: int
f(): int
1: int
x: yield
def f(a: yield): pass
del
del x +
del (x, y +)
del *x
del {x}
pass x
pass = 1
None.x = 
as
as x
case = 
match
0_7
0o8
0b
0xg
1e
1e+
1j2
09.5 x
012
1_000_
١
"\ud800" é $
x = "a' 
x = 'a" 
x = """a
'''.strip().split("\n")
for line in cases:
    source = line.replace("⏎", "\n").replace("→", "\t").replace("‴", "'''")
    try:
        compile(source, "f.py", "exec")
        print(repr(source), "compiles")
    except SyntaxError as error:
        print(repr(source), "->", type(error).__name__, error.msg, error.lineno, error.offset, error.end_lineno, error.end_offset)
    except ValueError as error:
        print(repr(source), "ValueError", error)

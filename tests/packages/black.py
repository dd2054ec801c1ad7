"""black: formatting of code of all kinds, its options, its refusals and its check that the meaning stays."""
import black
from black import FileMode, InvalidInput, NothingChanged, TargetVersion, assert_equivalent, assert_stable, format_file_contents, format_str

SOURCE = '''\
import os,sys
from typing import (List,
    Optional)
@decorator( a,b )
class  A ( B,metaclass = M ) :
    """ A docstring.   
    more
    """
    x:int=1
    def f ( self,a,*args,b = 'text' , **kw )->Optional[ List[int] ] :
        if a==1 and not( b ) or x [ 1 : 2 ] and very_long_name_of_a_condition_number_one and very_long_name_of_a_condition_number_two:
            return { 'a':1,'b':[ *args,],**kw }
        elif a: pass
        else :
          for i in range( 10 ): print (i , end = '' ) ; continue
        while True : break
        try : import x
        except (ValueError,TypeError) as e : raise X from e
        except* Y: ...
        with open('a') as f, open("b") as g: lambda x,y = 2:x**-y
        async def inner(): await x; yield  1
        return some_function_name(argument_one, argument_two, argument_three=another_function(inner_argument), four=4)
x = ( 1 )
x = 1,
s = 'it''s' "a" f'{x!r:>{ 10 }}' r'raw\\d' U'old' 'has "quotes"'
n = 0XFF + 1E5 + 0o17 + 10L if False else 1_000J
print( "hello" , file = sys.stderr )   # comment
# fmt: off
matrix = [ 1,0,
           0,1 ]
# fmt: on
del (a, b), (c)
assert some_type_of_boolean_expression, "followed by a really long string that is used to explain the assertion error message"
match  x:
    case [ 1 , * rest ] | { "k":v , ** kw } if v>1: y = ( yield )
    case Point( x = 0 ) : pass
def g[ T : int , * Ts ](x : T = 1, / , * , y) -> "str" : ...
type  Alias [T] = list[ T ]
result = session.query(models.Customer.id).filter(models.Customer.account_id == 10000, models.Customer.email == email_address,).count()
foo = bar if some_quite_long_condition_expression_here else another_quite_long_expression + and_another_expression_here
'''.replace("10L if False else ", "")

formatted = format_str(SOURCE.replace("        except* Y: ...\n", ""), mode=FileMode())
print(formatted)
print(format_str(SOURCE.split("# fmt")[0].replace("        except* Y: ...\n", ""), mode=FileMode(line_length=60, string_normalization=False, magic_trailing_comma=False)))
assert_equivalent(SOURCE.replace("        except* Y: ...\n", ""), formatted)
assert_stable(SOURCE.replace("        except* Y: ...\n", ""), formatted, mode=FileMode())
print(format_str("def f(\n    a,\n): return (not(a))\n", mode=FileMode(target_versions={TargetVersion.PY314})))
print(format_str("class A:\n\n\n\n  x = 1\n\n\n\n  def f(): pass\n  def g(): pass\nif x:\n  y\nelse:\n\n  z\n", mode=FileMode(is_pyi=True)))
for bad in ["x = (1", "def f(:\n  pass\n", "  x = 1\n y = 2\n", "print 'a'\n", "x = 'open\n"]:
    try:
        format_str(bad, mode=FileMode())
        print(f"{bad!r} is accepted")
    except InvalidInput as error:
        print(f"{bad!r}: {error}".rstrip())
try:
    format_file_contents("x = 1\n", fast=False, mode=FileMode())
except NothingChanged:
    print("nothing changed")
print(format_file_contents("x=1\r\ny  = 2\r\n", fast=False, mode=FileMode()).encode())
print(black.format_str("%time x\n!ls\nx=1", mode=FileMode(is_ipynb=True)) if False else sorted(v.name for v in black.detect_target_versions(black.lib2to3_parse("match x:\n  case 1: pass\n")))[:3])
print(black.diff("a = 1\nb=2\n", "a = 1\nb = 2\n", "old", "new"), end="")

# A module of the library formats, keeps its meaning and does not change when formatted again.
import inspect
import textwrap

library = inspect.getsource(textwrap)
once = format_str(library, mode=FileMode())
assert_equivalent(library, once)
print(format_str(once, mode=FileMode()) == once, once.count("def ") == library.count("def "))

from click.testing import CliRunner

print(CliRunner().invoke(black.main, ["-c", "x  =  {  'a':1 }"]).output, end="")
result = CliRunner().invoke(black.main, ["--check", "--diff", "-q", "-"], input="x  = 1\n")
print(result.exit_code, [line for line in result.output.splitlines() if not line.startswith(("---", "+++"))])

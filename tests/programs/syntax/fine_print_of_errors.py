# Where the last complete statement stood, what was warned of before the error, and what codecs say.
import ast
import tempfile
import warnings


def show(source, mode="exec"):
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            compile(source, "<file>", mode)
            result = "compiles"
        except SyntaxError as error:
            result = (error.msg, error.lineno, error.offset, error.end_offset, error._metadata and error._metadata[:2])
        except ValueError as error:
            result = (type(error).__name__, *error.args)
    print(ascii(source), mode, result, [str(warning.message)[:24] for warning in said])


print("An expected colon, said in the first pass or in the second:")
for line in ["try\n", "def f() pass\n", "for x in y: pass\nelse\n", "try: pass\nfinally\n", "while x\n"]:
    show("if a: pass\n" + line)
show("if a: pass\nelse: pass\nelif b: pass\n")
show("while a:\n if b: pass\nelse: pass\nelif b: pass\n")

print("A number that runs into a keyword:")
for text in ["1or 2", "1or2", "1.not0", "0x1for x", "1if0", "  1or 0"]:
    show("x = " + text if text[0] != " " else text)

print("Escapes in f-strings are looked at when the string ends, those of a format where they stand:")
for text in [r"f'\z{1!z}'", r"f'\z{1:\y{a!z}}'", r"f'\z{'\y'!z}'", r"f'\z' f'\y{a b}'", r"f'\N{no}' x", r"t'\xq {y} {z}'"]:
    show(text)
for text in [r"f'{1:\N{no}}'", "f'{1:\u00e9\\x1}'", r"t'{1:{2:\u12}} {a b}'"]:
    show(text)
show("'\\t\\ud800'")
show("def f():\n '\\ta\\ud800'")

print("Encodings:")
show(b"# coding: nope", "eval")
show(b"# coding: nope\n1", "eval")
show(b"# coding: U7+AA0''\n", "eval")
show(b"# coding: U7\nx+AA0-y =\n")
for line in [b"# coding: latin-\xe2\x82", b"\n# coding: koi8-r\x80", b"#\x80\x80coding:latin1", "# coding:latin1\u20ac".encode()]:
    show(b"\xef\xbb\xbf" + line)

print("Lines of a file, whatever was compiled in its name; not more than 999 bytes of one:")
with tempfile.NamedTemporaryFile("w", suffix=".py") as file:
    for text in ["x = 'a' \\\n  = 1", "\u00e9 = [" + "1, " * 400 + "] = = 1\n", "a = 1\nf(a b,\nc)\n", "[1, \\\n a b]"]:
        file.seek(0)
        file.truncate()
        file.write(text)
        file.flush()
        for source in (text, "\n" + text, text.encode() + b"\n"):
            for mode in ("exec", "single"):
                try:
                    compile(source, file.name, mode)
                except SyntaxError as error:
                    place = error.lineno, error.offset, error.end_lineno, error.end_offset
                    print(error.msg, place, error.text and (len(error.text), ascii(error.text[-12:])))

print("Trees: what is wrong with a field comes before what is missing:")
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    broken = [
        ast.If(test=None, body=3, orelse=[]),
        ast.If(test=None, body=[ast.Expr(value=ast.Call(func=ast.Name("f", ast.Load()), args=3, keywords=[]))], orelse=[]),
        ast.Assign(targets=[None], value=None, lineno="x"),
        ast.FunctionDef(name=None, args=ast.arguments(args=4), body=[]),
        ast.Import(names=[ast.alias(name="__debug__", lineno=1, col_offset=0, end_lineno=-1, end_col_offset=3)]),
    ]
for statement in broken:
    try:
        compile(ast.Module([ast.fix_missing_locations(statement)], []), "<tree>", "exec")
    except SyntaxError as error:
        print(error.msg, error.lineno, error.offset, error.end_lineno, error.end_offset)
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
call = ast.Expr(ast.Call(ast.Name("f", ast.Load()), [], [ast.keyword("\ud800", ast.Constant(1)), ast.keyword("\ud801", ast.Constant(2))]))
print(ascii(compile(ast.fix_missing_locations(ast.Module([call], [])), "<tree>", "exec").co_consts))

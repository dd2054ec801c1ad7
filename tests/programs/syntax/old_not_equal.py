# `<>` is two tokens, but for programs that asked Barry.
import io
import tokenize

print([token.string for token in tokenize.generate_tokens(io.StringIO("1 <> 2\n").readline)])
barry = "from __future__ import barry_as_FLUFL\n"
for source in ["1 <> 2", "a <>= 2", "<>", "a <>> b", "print a <> b", barry + "1 <> 2", barry + "1 != 2", barry + "1 <>= 2"]:
    try:
        compile(source, "<test>", "exec")
        print("compiles")
    except SyntaxError as error:
        print(error.msg, error.lineno, error.offset, error.end_offset)

# However many there are in one statement, the search for Barry goes over its tokens once.
for source in ["x = [a " + "<> b" * 100_000, "[" + "<>" * 100_000, "a; " * 1000 + "a <> b"]:
    try:
        compile(source, "<test>", "exec")
    except SyntaxError as error:
        print(error.msg)

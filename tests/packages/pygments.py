"""pygments: code in several languages as tokens, HTML, terminal colours and LaTeX."""
from collections import Counter

from pygments import highlight, lex
from pygments.formatters import HtmlFormatter, LatexFormatter, NullFormatter, RawTokenFormatter, Terminal256Formatter, TerminalFormatter
from pygments.lexers import get_all_lexers, get_lexer_by_name, get_lexer_for_filename, guess_lexer
from pygments.styles import get_all_styles, get_style_by_name
from pygments.token import Token
from pygments.util import ClassNotFound

SAMPLES = {
    "python": 'class A(B):\n    """Doc."""\n    @property\n    async def f(self, *, x: int = 0x1F) -> f"{x!r:>{10}}":\n        return await x + 1.5e3  # comment\n',
    "rust": 'fn main<\'a>() -> Result<(), Box<dyn Error>> { let s = r#"raw"#; println!("{s}"); /* a /* nested */ b */ Ok(()) }\n',
    "c": '#include <stdio.h>\nint main(void) { char *s = "a\\n"; return 0x10UL; } // end\n',
    "json": '{"a": [1, 2.5e-3, true, null], "b": "\\u00e9"}\n',
    "html": '<!DOCTYPE html><p class="x">a &amp; b<script>let x = `t${1}`;</script></p>\n',
    "yaml": "a:\n  - &x one\n  - *x\n  - |\n    text\n",
    "bash": 'for f in *.txt; do echo "$f ${f%.txt}" | sed \'s/a/b/\'; done\n',
    "sql": "SELECT a, COUNT(*) FROM t WHERE b = 'x''y' GROUP BY a; -- end\n",
    "diff": "--- a\n+++ b\n@@ -1 +1 @@\n-old\n+new\n",
    "pycon": ">>> 1 + 1\n2\n>>> 1 / 0\nTraceback (most recent call last):\n  File \"<stdin>\", line 1, in <module>\nZeroDivisionError: division by zero\n",
    "js+jinja": "var x = {{ y | safe }};\n",
    "toml": '[a.b]\nc = 1979-05-27T07:32:00Z\nd = ["x", 1_000]\n',
}

for name, text in SAMPLES.items():
    lexer = get_lexer_by_name(name)
    tokens = list(lex(text, lexer))
    print(f"{lexer.name}: {len(tokens)} tokens, whole {''.join(value for _, value in tokens) == text}")
    print("  ", " ".join(f"{str(kind).removeprefix('Token.')}:{value!r}" for kind, value in tokens if value.strip()))

python = get_lexer_by_name("python", stripall=True)
print(highlight(SAMPLES["python"], python, HtmlFormatter(linenos="table", hl_lines=[2], anchorlinenos=True)))
print(highlight(SAMPLES["python"], python, HtmlFormatter(full=True, title="A & B", style="monokai"))[-700:])
print(highlight(SAMPLES["c"], get_lexer_by_name("c"), LatexFormatter()))
print(ascii(highlight(SAMPLES["json"], get_lexer_by_name("json"), TerminalFormatter())))
print(ascii(highlight(SAMPLES["rust"], get_lexer_by_name("rust"), Terminal256Formatter(style="vim"))))
print(highlight(SAMPLES["toml"], get_lexer_by_name("toml"), RawTokenFormatter()).decode())
print(highlight(SAMPLES["sql"], get_lexer_by_name("sql"), NullFormatter()), end="")
print(HtmlFormatter(style="default").get_style_defs(".code").splitlines()[:4])
print(get_lexer_for_filename("x.rs").name, get_lexer_for_filename("Makefile").name, guess_lexer("#!/usr/bin/python\nprint(1)").name)
print(get_style_by_name("monokai").style_for_token(Token.Keyword), len(list(get_all_styles())), len(list(get_all_lexers())))
try:
    get_lexer_by_name("nosuch")
except ClassNotFound as error:
    print(error)

# A larger text: this program itself and a module of the library.
import inspect
import sys
import textwrap

for module in [sys.modules["__main__"], textwrap]:
    text = inspect.getsource(module)
    kinds = Counter(str(kind) for kind, _ in lex(text, python))
    print(sum(kinds.values()) > 1000, "Token.Keyword" in kinds, len(highlight(text, python, HtmlFormatter())) > len(text))

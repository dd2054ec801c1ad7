"""lark: grammars for JSON, a calculator and an indented language by LALR, Earley and CYK, with trees, transformers and errors."""
from lark import Lark, Token, Transformer, Tree, UnexpectedCharacters, UnexpectedInput, UnexpectedToken, Visitor, v_args
from lark.indenter import Indenter
from lark.reconstruct import Reconstructor
from lark.visitors import CollapseAmbiguities, Interpreter

JSON = r"""
    ?value: object | array | string
          | SIGNED_NUMBER      -> number
          | "true"             -> true
          | "false"            -> false
          | "null"             -> null
    array  : "[" [value ("," value)*] "]"
    object : "{" [pair ("," pair)*] "}"
    pair   : string ":" value
    string : ESCAPED_STRING
    %import common.ESCAPED_STRING
    %import common.SIGNED_NUMBER
    %import common.WS
    %ignore WS
"""


class ToPython(Transformer):
    @v_args(inline=True)
    def string(self, text):
        return text[1:-1].replace('\\"', '"')

    def array(self, items):
        return [item for item in items if item is not None]

    object = lambda self, pairs: dict(pair for pair in pairs if pair)
    pair = tuple
    number = v_args(inline=True)(float)
    null = lambda self, _: None
    true = lambda self, _: True
    false = lambda self, _: False


text = '{"a": [1, 2.5e3, {"b": null}], "c": "x \\"y\\"", "d": [], "e": true}'
json = Lark(JSON, start="value", parser="lalr", maybe_placeholders=False)
tree = json.parse(text)
print(tree.pretty())
print(ToPython().transform(tree))
print(Lark(JSON, start="value", parser="lalr", transformer=ToPython(), maybe_placeholders=False).parse(text))
print(Lark(JSON, start="value", parser="earley", maybe_placeholders=False).parse(text) == tree)
print(Reconstructor(json).reconstruct(tree))
for bad in ['{"a" 1}', "[1, ?]", "[1", "[1 2]"]:
    try:
        json.parse(bad)
    except UnexpectedToken as error:
        print(repr(bad), "token", repr(error.token), error.line, error.column, sorted(error.expected))
        print(error.get_context(bad), end="")
    except UnexpectedCharacters as error:
        print(repr(bad), "character", error.char, error.line, error.column, sorted(error.allowed))
    except UnexpectedInput as error:
        print(type(error).__name__, error)

calculator = Lark(
    r"""
    ?start: sum | NAME "=" sum -> assign
    ?sum: product | sum "+" product -> add | sum "-" product -> sub
    ?product: atom | product "*" atom -> mul | product "/" atom -> div
    ?atom: NUMBER -> number | "-" atom -> neg | NAME -> var | "(" sum ")"
    %import common.CNAME -> NAME
    %import common.NUMBER
    %import common.WS_INLINE
    %ignore WS_INLINE
    """,
    parser="lalr",
    propagate_positions=True,
)


@v_args(inline=True)
class Calculate(Transformer):
    from operator import add, mul, neg, sub
    from operator import truediv as div

    number = float

    def __init__(self):
        super().__init__()
        self.vars = {}

    def assign(self, name, value):
        self.vars[str(name)] = value
        return value

    def var(self, name):
        return self.vars[name]


calculate = Calculate()
for line in ["a = 1 + 2 * 3", "b = -a / 2", "(a + b) * 2 - 1"]:
    print(line, "=>", calculate.transform(calculator.parse(line)))
meta = calculator.parse("1 +\t22 * 3").meta
print(meta.line, meta.column, meta.end_column, meta.start_pos, meta.end_pos)

ambiguous = Lark('start: noun verb noun | noun verb "like" noun\nnoun: adjective? NOUN\nadjective: NOUN\nverb: VERB\nNOUN: "flies" | "bananas" | "fruit"\nVERB: "like" | "flies"\n%ignore " "',
                 ambiguity="explicit", parser="earley", lexer="dynamic")
print(ambiguous.parse("fruit flies like bananas").pretty())
print(len(CollapseAmbiguities().transform(ambiguous.parse("fruit flies like bananas"))))


class TreeIndenter(Indenter):
    NL_type = "_NL"
    OPEN_PAREN_types = []
    CLOSE_PAREN_types = []
    INDENT_type = "_INDENT"
    DEDENT_type = "_DEDENT"
    tab_len = 8


indented = Lark("?start: _NL* tree\ntree: NAME _NL [_INDENT tree+ _DEDENT]\n%import common.CNAME -> NAME\n%import common.WS_INLINE\n%declare _INDENT _DEDENT\n%ignore WS_INLINE\n_NL: /(\\r?\\n[\\t ]*)+/",
                parser="lalr", postlex=TreeIndenter())
print(indented.parse("\na\n    b\n    c\n        d\n    e\n").pretty())
print(Lark('start: "a" start "b" | "c"', parser="cyk").parse("aacbb") == Lark('start: "a" start "b" | "c"').parse("aacbb"))


class Names(Visitor):
    def var(self, tree):
        print("name", tree.children[0], end="; ")


Names().visit(calculator.parse("x + y * (z - x)"))


class Count(Interpreter):
    def add(self, tree):
        return 1 + sum(part or 0 for part in self.visit_children(tree) if isinstance(part, int))


print(Count().visit(calculator.parse("1 + 2 + 3")), Tree("a", [Token("B", "b")]), Token("B", "b").update(value="c"))
interactive = json.parse_interactive("[1, ")
interactive.exhaust_lexer()
print(sorted(interactive.accepts()), [t.type for t in json.lex('{"a": 1}')], list(tree.find_data("pair"))[0].children[0])
try:
    Lark("start: a\na: b")
except Exception as error:
    print(type(error).__name__, error)

"""pyparsing: grammars for arithmetic, configuration and addresses, with results' names, actions and good errors."""
import pyparsing as pp
from pyparsing import pyparsing_common as ppc

pp.ParserElement.enable_packrat()

number = ppc.number
variable = ppc.identifier
operand = number | variable
values = {"x": 3, "y": 4}


def binary(tokens):
    row = list(tokens[0])
    result = row[0]
    for sign, right in zip(row[1::2], row[2::2]):
        result = {"+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "/": lambda a, b: a / b}[sign](result, right)
    return result


arithmetic = pp.infix_notation(
    number | variable.copy().add_parse_action(lambda t: values[t[0]]),
    [
        ("^", 2, pp.OpAssoc.RIGHT, lambda t: t[0][0] ** t[0][2]),
        ("-", 1, pp.OpAssoc.RIGHT, lambda t: -t[0][1]),
        (pp.one_of("* /"), 2, pp.OpAssoc.LEFT, binary),
        (pp.one_of("+ -"), 2, pp.OpAssoc.LEFT, binary),
    ],
)
for text in ["1 + 2 * 3", "(1 + 2) * 3", "-x ^ 2 + y / 2", "2 * (3 + (4 - 1)) - 10.5"]:
    print(text, "=", arithmetic.parse_string(text, parse_all=True)[0])
for text in ["1 +", "(1", "1 + )", ""]:
    try:
        arithmetic.parse_string(text, parse_all=True)
    except pp.ParseException as error:
        print(repr(text), error, error.lineno, error.column)

key = pp.Word(pp.alphas, pp.alphanums + "_-")
value = ppc.integer | pp.QuotedString('"', esc_char="\\") | pp.Keyword("true").set_parse_action(pp.replace_with(True)) | pp.Word(pp.printables)
section = pp.Group(pp.Suppress("[") + key("name") + pp.Suppress("]") + pp.Dict(pp.ZeroOrMore(pp.Group(key + pp.Suppress("=") + value)))("items"))
config = pp.OneOrMore(section).ignore(pp.python_style_comment)
result = config.parse_string('[server]\nport = 80 # default\nhost = "a \\"b\\""\n[client]\nretry = true\n')
for part in result:
    print(part.name, part["items"].as_dict(), part.get("nothing"))
print(result.as_list(), result[0].dump())

address = pp.Combine(ppc.integer + ("." + ppc.integer) * 3)
print([(t[0], start, end) for t, start, end in address.scan_string("from 10.0.0.1 to 192.168.1.255;")])
print(pp.Word(pp.nums).set_parse_action(lambda t: f"<{t[0]}>").transform_string("a1 b22 c333"))
print(pp.nested_expr("(", ")").parse_string("(a (b c) (d (e)))").as_list(), pp.DelimitedList(pp.Word(pp.alphas), ",", allow_trailing_delim=True).parse_string("a, b,c,"))

forward = pp.Forward()
forward <<= pp.Group(pp.Suppress("{") + pp.ZeroOrMore(forward | pp.Word(pp.alphas)) + pp.Suppress("}"))
print(forward.parse_string("{a {b {c}} d}").as_list(), forward)
print(pp.Regex(r"(?P<year>\d{4})-(?P<month>\d\d)").parse_string("2024-06").as_dict(), ppc.iso8601_date().parse_string("2024-02-29"))
each = (pp.Keyword("a") + number)("a") & (pp.Keyword("b") + number)("b") & pp.Opt(pp.Keyword("c"))
print(each.parse_string("b 2 a 1").as_dict(), (pp.Word(pp.alphas) + ~pp.Literal("!") + pp.FollowedBy("?")).matches("a?", parse_all=False))
block = pp.IndentedBlock(pp.Word(pp.alphas))
print((pp.Word(pp.alphas) + ":" + block).parse_string("top:\n  a\n  b\n").as_list())
date = pp.Word(pp.nums, exact=4)("year").set_name("year") + "-" + pp.Word(pp.nums, exact=2)("month").set_name("month")
print(date, date.run_tests("2024-06\n2024-6\n# a comment\nx", print_results=False)[0])


@pp.trace_parse_action
def positive(text, place, tokens):
    if tokens[0] <= 0:
        raise pp.ParseFatalException(text, place, "must be positive")


try:
    (ppc.signed_integer.copy().add_condition(lambda t: t[0] % 2 == 0, message="must be even")).parse_string("3")
except pp.ParseException as error:
    print(error.explain(depth=0))
print(pp.srange("[a-eX-Z_]"), pp.CaselessKeyword("select").parse_string("SELECT"), pp.Literal("ab")[1, ...].parse_string("ab ab abc"))
print(pp.SkipTo("end", include=True).parse_string("some text end"), pp.White(" \t").leave_whitespace().parse_string("  x").as_list())
print(pp.counted_array(pp.Word(pp.alphas)).parse_string("2 a b c"), pp.match_previous_literal(pp.Word("ab"))("x") is not None)

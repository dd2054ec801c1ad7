"""re: matching, groups, substitution, flags, errors."""
import re
m = re.match(r"(?P<year>\d{4})-(?P<month>\d\d)", "2024-05-17")
print(m, m.group(), m.groups(), m.groupdict(), m["year"], m.span(2), m.start(), m.end(), m.re.pattern, m.string, m.lastgroup, m.expand(r"\2/\1"))
print(re.findall(r"\w+", "one two  three"), re.findall(r"(\w)(\d)", "a1 b2"), [x.span() for x in re.finditer("a*", "baac")], re.split(r"[,;]\s*", "a, b;c"), re.split(r"(-)", "a-b"), re.sub(r"(\w+) (\w+)", r"\2 \1", "hello world"), re.sub("x", lambda m: m.group().upper(), "axbx", count=1), re.subn("a", "b", "aaa"))
print(re.search("b+", "abbb").group(), re.search("z", "abc"), re.fullmatch("a.c", "abc"), re.match("b", "abc"), re.fullmatch("a", "ab"), re.escape("a.b*c"), re.sub(r"\b", "|", "hi yo"), re.compile("x", re.I).flags, re.compile("a"))
print(re.findall("a.b", "a\nb", re.S), re.findall("^x", "x\nx", re.M), re.findall("A", "aA", re.I), re.search(r"""(?x) a  # comment
  b""", "ab").group(), re.findall(r"(?i:A)b", "ab Ab AB"), re.findall(r"a(?=b)", "ab ac"), re.findall(r"a(?!b)", "ab ac"), re.findall(r"(?<=a)b", "ab cb"), re.findall(r"(?<!a)b", "ab cb"), re.search(r"(a)(?(1)b|c)", "ab").group(), re.search(r"(.)\1", "abccd").group(), re.findall(r"a+?", "aaa"), re.findall(r"a{2}", "aaaaa"), re.findall(r"(?>a+)b", "aab"), re.findall(r"a++b", "aab"))
print(re.findall(r"[^\W\d_]+", "añb1 日本"), re.findall(r"\s", "a\u00a0b"), re.findall(rb"\w", b"a1\xff"), re.split("", "abc"), re.sub("", "-", "ab"), re.findall(r"\d", "1²३", re.A), re.search(r"\Aab\Z", "ab"), re.findall("(a|ab)(c|bcd)(d*)", "abcd"))
for bad in ("(", "a)", "[", "*a", "a**", "(?P<1>a)", "(?P<a>x)(?P<a>y)", r"\1", "(?z)", "a{2,1}", "[z-a]", r"\q", "(?<=a+)b", "(?P=no)", "(?i", "x(?i)"):
    try:
        re.compile(bad)
        print(bad, "fine")
    except re.error as error:
        print(bad, "->", error, error.pos)
try:
    re.match("a", b"a")
except TypeError as error:
    print(error)
print(re.match("(a)?b", "b").groups(), re.match("(a)?b", "b").groups("d"), re.match("(a)|(b)", "b").lastindex, bool(re.match("", "")), re.match("a*", "aaa", 1) if False else re.compile("a*").match("aaa", 1).span())

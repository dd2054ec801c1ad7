"""Records what the reference's `re` finds, for src/sre/tests.rs.

    python3.14 tools/sre_cases.py > src/sre/cases.txt        the committed cases
    python3.14 tools/sre_cases.py SEED COUNT > FILE          random ones (run the test with SRE_CASES=FILE)

A line: width|groups|code words|subject|mode|matches. Widths are 1, 2, 4 bytes; matches are `start,end,lastindex` and the
groups' spans, all of `finditer` for mode `s`, at most one for `m` (match) and `f` (fullmatch).
"""

import random
import re
import sys
import warnings
from re import _compiler, _parser

warnings.simplefilter("ignore")

PATTERNS = r"""
abc | a*b | [a-z]+x | (a|b)*?c | \w+\s\d | (?=a)b | (?<=ab)c | (?<!ab)c | (?>a*)a | (?:ab)*+c | a?+b | (a)(?(1)b|c)\1
(?i)é[a-k] | [^aЀ-Ԁሴ] | (?i)[Ѐ-Ԁ]+ | foo|fob|x | ^\bx$ | (?m)^a.*$ | (?s).*?x | (?:a|b)+ | (x)? | (?:)* | (?i)(a)\1
(a{2,3}){4,5} | (a*)* | (a*)+ | (?:a|ab)(?:c|bcd)(d*) | (a+|b)* | (a+|b){0,1}? | ((a)(b)?)* | (?:(a)|(b))* | (a)|b|(c)
(?=(a+))a*b\1 | (?!(a+))b | (?<=(a))b | (?<!a)b | \bfoo\b | \Bfoo\B | (.*)c(.*) | (.*?)c(.*?)$ | "(?:[^"\\]|\\.)*"
(a)?(?(1)b|c) | (?:(a)|b)(?(1)A|B) | ^(?:(\d+)x)?\s+y | (\w+)\s+\1 | (?i)(\w+)\s+\1 | [a-c]*?d | a{2,}? | (?:ab){2,3}?c
(?P<x>a)(?P=x) | (?s)a.b | a.b | \d+(?:\.\d*)? | \s*$ | a$ | a\Z | \Aa | (?m)a$ | (?a)\w+ | (?i)ſ | (?i)ß | (?i)[k-s]+
(?:(?:a)*b)*c | (((a)*b)*c)* | (?:a?)*?b | (a??)*b | (?:(a)|(b)|c)*? d | (?>(a+))b | (?:(a+)b)++c | (?:a{2})*+a | x*y*+z
([ab])*c\1 | (?<=\bfoo)bar | (?<=[a-c])\d | a(?#c)b | (?:x|(?:y|z)w)+ | [\s\S]*?end | \u20ac+ | [\u0100-\uffff]+ | \W+
(?=.*b)a | (?=a*b)(?!aaaa)a+ | (?:^|,)([^,]*) | (\d{1,3})(?=(?:\d{3})+$) | ^(?:a+)+$ | \b | \B | $ | ^ | (?m)^ | (?m)$
""".replace("\n", " | ").split(" | ")
SUBJECTS = ["", "a", "b", "ab", "abc", "aab", "aaaaaaaaaaab", "abcabc abd", "foo fob x", "xx\nax\nb", "aAbB Aa", "cb ac",
            'say "a\\"b" c', "12.5 3. 1234567", "foofoo foo barfoobar", "yw zwx end", "a,b,,c", "caababc ab", "ababab c",
            "é É k \u212a ſ S ß", "\u20ac\u20ac ЀԀ ሴ", "x\U0001f600y \u0430\u0410", "aaa bbb ccc d", "a a A b B", "\n", "a\n"]
ATOMS = ["a", "b", "c", "x", ".", r"\w", r"\d", r"\s", "[ab]", "[^a]", "[a-c1]", r"\b", "^", "$", "(?=a)", "(?!b)", r"\1",
         "(?<=a)", "(?<!b)", "é", "€", r"[\w€]", "k", r"\W", r"\B"]


def random_pattern(rng, depth=3):
    kind = rng.random()
    if depth == 0 or kind < 0.3:
        return rng.choice(ATOMS)
    if kind < 0.5:
        return "".join(random_pattern(rng, depth - 1) for _ in range(rng.randint(1, 4)))
    if kind < 0.65:
        return "(?:" + "|".join(random_pattern(rng, depth - 1) for _ in range(rng.randint(1, 3))) + ")"
    if kind < 0.8:
        return "(" + random_pattern(rng, depth - 1) + ")"
    if kind < 0.97:
        quantifier = rng.choice(["*", "+", "?", "{1,2}", "{2}", "{0,3}", "{2,}"]) + rng.choice(["", "", "", "?", "+"])
        return "(?:" + random_pattern(rng, depth - 1) + ")" + quantifier
    return rng.choice(["(?>", "(?=", "(?!", "(?i:"]) + random_pattern(rng, depth - 1) + ")"


def record(pattern, flags, subject, out):
    try:
        compiled = re.compile(pattern, flags)
    except (re.error, RecursionError, OverflowError):
        return
    parsed = _parser.parse(pattern, flags)
    code = _compiler._code(parsed, flags)
    width = 1 if all(ord(c) < 256 for c in subject) else 2 if all(ord(c) < 65536 for c in subject) else 4

    def show(m):
        spans = [f"{m.start()},{m.end()},{m.lastindex or 0}"]
        spans += [f"{a},{b}" for a, b in (m.span(i + 1) for i in range(compiled.groups))]
        return ":".join(spans)

    head = f"{width}|{compiled.groups}|{' '.join(map(str, map(int, code)))}|{' '.join(str(ord(c)) for c in subject)}|"
    for mode, found in (("s", compiled.finditer(subject)), ("m", [compiled.match(subject)]),
                        ("f", [compiled.fullmatch(subject)])):
        out.write(head + mode + "|" + " ".join(show(m) for m in found if m) + "|" + ascii(pattern) + "\n")


if __name__ == "__main__":
    if len(sys.argv) == 1:
        for number, pattern in enumerate(p for p in PATTERNS if p):
            for subject in random.Random(number).sample(SUBJECTS, 5):
                record(pattern, 0, subject, sys.stdout)
    else:
        rng = random.Random(int(sys.argv[1]))
        for _ in range(int(sys.argv[2])):
            pattern = random_pattern(rng)
            subject = "".join(rng.choice("aabbcx1 \n" + rng.choice(["", "é", "€", "kK\u212a"])) for _ in range(rng.randint(0, 12)))
            record(pattern, rng.choice([0, 0, 0, re.I, re.M, re.S, re.A]), subject, sys.stdout)

"""Every str method with ordinary and edge arguments."""
s = "Hello, World"
print(s.upper(), s.lower(), s.title(), s.swapcase(), s.capitalize(), s.casefold(), "ß".upper(), "ŉ".upper(), "İ".lower(), "ΑΣ".lower(), "ǆ".title())
print(s.find("o"), s.find("o", 5), s.find("z"), s.rfind("o"), s.index("W"), s.rindex("l"), s.count("l"), s.count(""), "aaa".count("aa"), s.find("", 20), s.find("", 12), "".find(""))
print(s.startswith("Hell"), s.startswith(("x", "H")), s.endswith("ld", 3), s.endswith(""), s.startswith("ello", 1, 5), s.endswith(()), s.startswith("", 13))
print(s.replace("l", "L"), s.replace("l", "", 1), "aaa".replace("", "-"), "abc".replace("", "-", 2), "aaaa".replace("aa", "b"), s.replace("zz", "y"))
print("a,b,,c".split(","), "a,b,c".split(",", 1), " a  b ".split(), "a b c".split(None, 1), "".split(), "".split(","), "abc".split("abc"), "a,b,c".rsplit(",", 1), " x y ".rsplit(None, 1), "a--b".split("--"))
print("a\nb\r\nc\x0bd\u2028e".splitlines(), "a\n\nb\n".splitlines(True), "".splitlines(), "x".splitlines())
print("a-b-c".partition("-"), "abc".partition("-"), "a-b-c".rpartition("-"), "abc".rpartition("-"))
print("  x ".strip() + "|", "xxaxx".strip("x"), "abcab".lstrip("ab"), "abcab".rstrip("ba"), " \t\nq".lstrip(), "abc".strip(""), "äöä".strip("ä"))
print("x".center(5, "*"), "ab".center(5), "abc".center(2), "x".ljust(3) + "|", "x".rjust(3, "0"), "42".zfill(5), "-42".zfill(5), "+".zfill(3), "\t1\t22\t333".expandtabs(4), "a\tb".expandtabs(0))
print("-".join(["a", "b"]), "".join([]), ", ".join("abc"), "x".join(["only"]), "é".join(["a", "日"]))
for text in ("abc", "ABC", "Abc", "123", "a1", " ", "", "१२", "²", "Ⅷ", "_x", "1x", "é", "\t\n", "ǅ", "if"):
    print(ascii(text), *(int(getattr(text, m)()) for m in ("isalpha", "isdigit", "isdecimal", "isnumeric", "isalnum", "isspace", "isupper", "islower", "istitle", "isidentifier", "isprintable", "isascii")))
print("abc".translate({97: "X", 98: None, 99: 100}), "hello".translate(str.maketrans("el", "ip")), str.maketrans("a", "b", "c"), str.maketrans({"a": 1, 98: "z"}))
print("prefix-x".removeprefix("prefix-"), "x.py".removesuffix(".py"), "abc".removeprefix("b"), "{}-{name}".format(1, name=2), "{a}".format_map({"a": 1}), "é".encode(), "é".encode("latin-1"))
for bad in ("s.index('z')", "s.join([1])", "s.split('')", "s.partition('')", "s.center(5, 'ab')", "s.replace(1, 2)", "'x' * -1", "s.zfill('a')", "s.encode('nope')", "'é'.encode('ascii')", "s[50]", "s['a']", "s[1.0]", "'a' in 5", "5 in 'a'", "s.find()", "str.upper(5)", "s.translate(5)", "str.maketrans('a', 'bc')", "'{} {1}'.format(1, 2)", "'{}'.format()", "'{x}'.format()", "'{'.format()", "'}'.format()", "'{0.x}'.format(1)", "'{0[a]}'.format([1])", "'{!z}'.format(1)"):
    try:
        print(bad, "=", repr(eval(bad)))
    except Exception as error:
        print(bad, "->", type(error).__name__, error)

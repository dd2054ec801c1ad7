"""Code points of every width, surrogates, normalisation, case, names."""
for text in ("abc", "é", "日本", "🐍", "a🐍b", "\ud800", "e\u0301"):
    print(ascii(text), len(text), [hex(ord(c)) for c in text], ascii(text[::-1]), ascii(text * 2), text == text[:], hash(text) == hash("".join(text)))
print("é" == "e\u0301", "é" < "z", "🐍" > "日", sorted(["z", "é", "a", "日"]), max("a🐍b"), "日" in "a日b", "x日".index("日"), "🐍🐍".count("🐍"))
print(chr(0x10FFFF) == "\U0010ffff", ord("🐍"), ascii("a\xe9\u65e5\U0001f40d"), repr("\u200b\xad\u0378é"), "\N{SNAKE}", "\x41\u0041\U00000041")
for bad in ("chr(0x110000)", "'\ud800'.encode()", "b'\\xff'.decode()", "b'\\xe9'.decode('ascii')", "'\u20ac'.encode('latin-1')", "b'\\xf0\\x9f'.decode()", "b'a\\x80b'.decode('utf-8')", "'\\ud800'.encode('utf-16')", "b'\\x00'.decode('utf-16')"):
    try:
        print(bad, eval(bad))
    except Exception as error:
        print(ascii(bad), "->", type(error).__name__, error)
for handler in ("ignore", "replace", "backslashreplace", "surrogateescape", "xmlcharrefreplace", "namereplace", "strict"):
    try:
        print(handler, "aé🐍".encode("ascii", handler))
    except Exception as error:
        print(handler, error)
    try:
        print(handler, ascii(b"a\xff\xc3b".decode("utf-8", handler)))
    except Exception as error:
        print(handler, type(error).__name__, error)
for codec in ("utf-8", "utf-16", "utf-16-le", "utf-32-be", "utf-8-sig", "utf-7", "cp1252", "iso-8859-15", "ascii", "raw_unicode_escape", "unicode_escape", "idna", "punycode", "cp437"):
    try:
        data = "a€".encode(codec)
        print(codec, data, data.decode(codec) == "a€")
    except Exception as error:
        print(codec, type(error).__name__, error)
import unicodedata
print(unicodedata.normalize("NFD", "é") == "e\u0301", unicodedata.normalize("NFKC", "ﬁ"), unicodedata.name("🐍"), unicodedata.lookup("SNAKE"), unicodedata.category("A"), unicodedata.numeric("½"), unicodedata.bidirectional("א"), unicodedata.combining("\u0301"), unicodedata.east_asian_width("日"), unicodedata.decimal("٣"))

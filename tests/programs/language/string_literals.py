"""Literals: escapes, raw, bytes, concatenation, triple quotes, unicode names."""
print('a\tb\\n\x41\101\u00e9\U0001F40D\N{GREEK SMALL LETTER ALPHA}' "c" r'\n' '''x
y''')
print(b"\x00\xffabc\n", rb"\x", b'a' b'b')
print(len("\
joined"), 'it''s', "q\"q", 'q\'q')
print(repr("\a\b\f\v\0\x7f\x80\xa0\xad\u2028\ud800\U000e0001"))
print(u"old", "tab\there", """quotes " inside '' """)
print(repr("mixed ' and \""), repr("only '"), repr('only "'))
print(b"'", b'"', b"'\"")

"""The encodings of Chinese, Japanese and Korean: round trips, errors, pieces."""
import codecs

TEXT = "日本語 カナ ｶﾅ 中文 漢字 한글 ABC~\\ €"
NAMES = """shift_jis cp932 euc_jp shift_jis_2004 euc_jis_2004 gb2312 gbk gb18030 hz big5 cp950 big5hkscs euc_kr cp949 johab iso2022_jp
iso2022_jp_1 iso2022_jp_2 iso2022_jp_ext iso2022_kr""".split()
for name in NAMES:
    data = TEXT.encode(name, "ignore")
    print(name, data, data.decode(name) == TEXT.encode(name, "ignore").decode(name))
    decoder = codecs.getincrementaldecoder(name)()
    print("".join(decoder.decode(data[i:i + 1]) for i in range(len(data))) + decoder.decode(b"", True) == data.decode(name))
    for bad in (b"a\xff\xffb", b"\x81", b"\x8f\xa1"):
        try:
            print(repr(bad.decode(name)))
        except UnicodeDecodeError as error:
            print(error, repr(bad.decode(name, "replace")))
    try:
        "a\N{SNOWMAN}\U0001F600".encode(name)
    except UnicodeEncodeError as error:
        print(error, "\U0001F600b".encode(name, "xmlcharrefreplace"))
print("\U00020000€ÿ".encode("gb18030"), b"\x81\x30\x81\x30\x95\x32\x82\x36".decode("gb18030"))
print("뢨".encode("euc_kr"), b"\xa4\xd4\xa4\xb6\xa4\xc1\xa4\xa7".decode("euc_kr", "replace"))

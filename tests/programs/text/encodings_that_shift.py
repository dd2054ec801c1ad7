# ISO 2022: escapes call up character sets; JIS X 0213 has characters of two code points.
for codec, text in (
    ("iso2022_jp_3", "か゚ a か ﾟ"),
    ("iso2022_jp_3", "か゚あ\n㐂"),
    ("iso2022_jp_2004", "˩˥ æ̀ æ 俱"),
    ("iso2022_jp_2", "あ 가 汉"),
    ("iso2022_kr", "가\n나 a"),
    ("shift_jis_2004", "~\\¥‾"),
    ("euc_kr", "쓔 가"),
):
    try:
        encoded = text.encode(codec)
        print(codec, encoded, encoded.decode(codec) == text)
    except UnicodeError as error:
        print(codec, error)
for data in b"ab\x1bdef", b"\x1b\x1b(B", b"\x1b$(Q!!", b"\x1b.A\x1bNA", b"\x1b$)C\x0e!!", b"\x0e0!\x0fa":
    for codec in "iso2022_jp", "iso2022_jp_2", "iso2022_kr", "iso2022_jp_2004":
        try:
            print(data, codec, ascii(data.decode(codec)))
        except UnicodeError as error:
            print(data, codec, error)

# Unicode errors show whatever start and end a program gives them.
for error in (
    UnicodeEncodeError("enc", "abc", 0, 1, "why"),
    UnicodeDecodeError("enc", bytearray(b"abc"), 0, 1, "why"),
    UnicodeTranslateError("abc", 0, 1, "why"),
):
    for start, end in ((0, 1), (1, 3), (5, 6), (-5, 2), (2, 1)):
        error.start, error.end = start, end
        print(error)
    print(type(error.object).__name__)
    error.object = None
    try:
        str(error)
    except TypeError as wrong:
        print(wrong)

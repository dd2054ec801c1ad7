"""split and rsplit at white space with a limit: the rest keeps what it begins or ends with."""
for text in ("a b c ", " a b c ", "\ta \n b\t", "  ", ""):
    for limit in (-1, 0, 1, 2):
        print(text.split(None, limit), text.rsplit(None, limit), text.encode().split(None, limit), text.encode().rsplit(None, limit))

"""Splitting at white space keeps what stands beyond the last cut."""
text = "  a    b   "
for limit in (-1, 0, 1, 2, 3):
    print(text.split(None, limit), text.rsplit(None, limit))
print("a,b,,c".split(",", 2), "a,b,,c".rsplit(",", 1), "aXbX".replace("X", "-"), "ää".replace("ä", "a"))
for format, argument in (("% %s", 1), ("%z", 1), (b"none", b"x"), ("%(k)s", 1)):
    try:
        print(format % argument)
    except Exception as error:
        print(type(error).__name__, error)

"""Template strings keep their parts: strings, interpolations, conversions and specifications."""
name, n = "x", 5
template = t"hello {name} and {n + 1!r:>{n}} end"
print(type(template).__name__, template.strings, template.values)
for part in template:
    print(repr(part))
for interpolation in template.interpolations:
    print(interpolation.value, interpolation.expression, interpolation.conversion, repr(interpolation.format_spec))
print(t"".strings, t"{n}".strings, t"{n}{name}".strings, t"{n=}".strings)
joined = t"a{1}" + t"b{2}"
print(joined.strings, joined.values)
try:
    t"a" + "b"
except TypeError as error:
    print(error)

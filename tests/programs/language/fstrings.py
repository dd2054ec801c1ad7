"""f-strings: expressions, conversions, specifications, nesting, self-documentation."""
name, n, x = "world", 42, 3.14159
print(f"hello {name}", f"{n:05d}|{n:<6}|{n:>6}|{n:^6}|{n:+}", f"{x:.2f} {x:10.3e} {x!r:>12}")
print(f"{n = } {x=:.1f} {name!r} {name=!s} {n+1=}")
width, precision = 10, 3
print(f"{x:{width}.{precision}}|{'nested'!r:{'>'}{width}}")
print(f"{{literal}} {{{n}}} {'quote'} {"double" + 'single'} {f'{f"{n}"}'}")
print(f"{[i * i for i in range(3)]} {(lambda v: v * 2)(4)} {n if n > 1 else 0}")
print(f'{n!a} {"é"!a} {"é"!r}', f"{ {'a': 1}['a'] }")
print(f"{n:#x} {n:#b} {n:o} {n:,} {1234567.891:,.2f} {0.25:.1%} {n:c}")
print(rf"\d{n}\n" f"plain" "joined")
print(f"""multi
{n
 + 1}
end""")
class Money:
    def __format__(self, spec): return f"<{spec}>"
print(f"{Money()} {Money():abc{n}def} {Money():%Y-%m}")
print(f"{'a' 'b'}", f"{n:{'0'}{'8'}}", f"{3.0}{-0.0}{1e100}")
try:
    f"{n:z}"
except ValueError as error:
    print(error)
try:
    f"{'text':d}"
except ValueError as error:
    print(error)
try:
    f"{[]:5}"
except TypeError as error:
    print(error)

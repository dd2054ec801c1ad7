"""An f-string with an expression and a width."""
name, n = "pi", 3.14159
print(f"{name} is {n:.2f}, {n * 2:>8.3f}|{name!r}")

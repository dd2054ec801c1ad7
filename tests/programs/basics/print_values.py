"""print: separators, ends, several values."""
print()
print("a", 1, 2.5, None, True, [1, "x"], sep=", ", end="!\n")
print("no newline", end="")
print()
print(*[], sep="x")
print("flushed", flush=True)

"""A precision that no memory holds, and one that nothing may ask for, end in an exception."""
import resource

LIMIT = 2**31 - 1
hard = resource.getrlimit(resource.RLIMIT_AS)[1]
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, hard))

for precision in (LIMIT - 1025, LIMIT - 1024, LIMIT - 1023, LIMIT, LIMIT + 1, 2**70):
    for name, attempt in {
        "format": lambda: format(1e300, f".{precision}f"),
        "format, exponent": lambda: format(2.5, f".{precision}e"),
        "format, int": lambda: format(7, f".{precision}f"),
        "format, complex": lambda: format(1 + 2j, f".{precision}f"),
        "f-string": lambda: f"{1.5:.{precision}f}",
        "%f": lambda: f"%.{precision}f" % 1e300,
        "%*f": lambda: "%.*f" % (precision, 1e300),
        "bytes": lambda: f"%.{precision}e".encode() % 2.5,
    }.items():
        try:
            print(precision - LIMIT, name, len(attempt()))
        except (ValueError, MemoryError, OverflowError) as error:
            print(precision - LIMIT, name, type(error).__name__, error)

"""except catches subclasses; tuples; the first that fits."""
for kind in (KeyError, IndexError, FileNotFoundError, UnicodeError, RecursionError, StopIteration):
    try: raise kind("x")
    except LookupError as e: print("lookup", type(e).__name__)
    except (OSError, ValueError) as e: print("os or value", type(e).__name__)
    except Exception as e: print("other", type(e).__name__)

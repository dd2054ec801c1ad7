"""else runs only when nothing was raised."""
for x in (1, 0):
    try: r = 10 / x
    except ZeroDivisionError: print("except")
    else: print("else", r)
    finally: print("finally")

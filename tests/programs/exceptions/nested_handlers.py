"""An exception passes handlers that do not fit."""
try:
    try:
        try: [][0]
        except KeyError: print("wrong")
        finally: print("inner finally")
    except ValueError: print("wrong")
except IndexError as e: print("right", e)

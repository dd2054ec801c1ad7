"""An exception is raised, caught, and cleaned up after."""
try:
    raise ValueError("bad")
except ValueError as error:
    print("caught", error)
finally:
    print("cleaned up")

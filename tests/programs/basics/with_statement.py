"""with enters and exits."""
class Door:
    def __enter__(self):
        print("open")
        return self
    def __exit__(self, *exc):
        print("close")
with Door() as door:
    print("inside", type(door).__name__)

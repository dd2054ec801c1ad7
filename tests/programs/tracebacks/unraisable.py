"""What cannot be raised is written to standard error."""
class D:
    def __del__(self):
        raise ValueError("in __del__")
d = D()
del d
print("goes on")

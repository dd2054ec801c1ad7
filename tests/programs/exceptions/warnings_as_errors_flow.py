"""with and try together: exit runs before the outer handler."""
class C:
    def __exit__(self, *a): print("exit")
    def __enter__(self): print("enter")
try:
    with C():
        with C(): raise KeyError
except KeyError: print("handler")
def f():
    for i in range(3):
        with C():
            try:
                if i == 1: return "returned"
            finally: print("finally", i)
print(f())

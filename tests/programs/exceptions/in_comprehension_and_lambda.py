"""Exceptions leave comprehensions and lambdas with their values dropped."""
class D:
    def __init__(self, n): self.n = n
    def __del__(self): print("del", self.n)
try: [(D(i), 1 // (2 - i)) for i in range(5)]
except ZeroDivisionError: print("caught")
try: (lambda a, b: a / b)(1, 0)
except ZeroDivisionError as e: print(e)

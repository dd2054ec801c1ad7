"""Calling classes: built-in types as constructors."""
print(int(), float(), str(), list(), dict(), tuple(), set(), bool(), bytes(), complex(), object().__class__.__name__)
print(int("5"), str(5), list("ab"), dict(a=1), bool([0]), type(5), type(int))

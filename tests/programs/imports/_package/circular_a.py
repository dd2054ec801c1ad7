"""Imports circular_b, which imports this."""
value = "a"
from . import circular_b
def from_b():
    return circular_b.use()

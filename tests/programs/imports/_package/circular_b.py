"""Imports circular_a while that is being imported."""
from . import circular_a
def use():
    return "b uses " + circular_a.value

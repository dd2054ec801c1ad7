"""A module with __all__ and a relative import."""
from . import name as parent_name
from .nested import deep as _deep
__all__ = ["public"]
public, _private, hidden = 1, 2, 3
counter = 0

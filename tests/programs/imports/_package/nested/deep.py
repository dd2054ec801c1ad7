"""Two levels down, with imports that climb."""
from .. import name
from ..nested import __name__ as nested_name
where = (name, nested_name, __name__)

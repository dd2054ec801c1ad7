"""Packages, relative imports, __all__, lazily completed circular imports, reload, __getattr__ of modules."""
import sys
import _package
print(_package.__name__, _package.__path__ is not None, _package.name, _package.__package__, _package.__spec__.name)
from _package import sub, exported
print(sub.__name__, exported(), sub.parent_name, "_package.sub" in sys.modules, _package.sub is sub)
from _package.sub import *
print("public" in dir(), "_private" in dir(), "hidden" in dir())
import _package.nested.deep as deep
print(deep.where, deep.__package__)
from _package import circular_a
print(circular_a.value, circular_a.from_b())
print(_package.lazy_attribute)
try:
    _package.really_missing
except AttributeError as error: print(error)
try:
    from _package import nope
except ImportError as error: print(str(error).split(" (")[0])
try:
    import _package.absent
except ModuleNotFoundError as error: print(error)
try:
    import _package.broken
except ZeroDivisionError as error: print(error, "_package.broken" in sys.modules)
try:
    import _package.bad_syntax
except SyntaxError as error: print(error.msg, error.lineno)
import importlib.machinery, importlib.util
sub.counter = 5; importlib.reload(sub); print(sub.counter)
sys.modules["_made_up"] = sub; import _made_up; print(_made_up is sub)
sys.modules["_blocked"] = None
try:
    import _blocked
except ImportError as error: print(error)
class Finder:
    @staticmethod
    def find_spec(name, path, target=None):
        if name == "_virtual": return importlib.machinery.ModuleSpec(name, Loader)
class Loader:
    @staticmethod
    def create_module(spec): return None
    @staticmethod
    def exec_module(module): module.made = "virtual"
sys.meta_path.append(Finder); import _virtual; print(_virtual.made, _virtual.__spec__.loader.__name__)
print(importlib.util.find_spec("_package.sub").origin.endswith("sub.py"), importlib.util.find_spec("nowhere_at_all"), importlib.import_module(".sub", "_package") is sub)
def inside():
    from _package import sub as renamed
    return renamed.__name__
print(inside(), [n for n in sys.modules if n.startswith("_package")])

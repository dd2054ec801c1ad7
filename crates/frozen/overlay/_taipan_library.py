"""The importer of the embedded library.

The library claims to be a folder on sys.path (sys._stdlib_dir) that holds no files: this module's path hook finds its
modules inside the program. So a program's own modules go before the library's as on any Python, and `__file__`,
tracebacks, `inspect`, `pkgutil` and `importlib.resources` work.
"""
# Ours: there is no such module in the library.

import _frozen_importlib as _bootstrap
import _imp
import sys


class LibraryLoader:
    """Loads modules that stand inside the program."""

    def __init__(self, name, path):
        self.name = name
        self.path = path

    def __repr__(self):
        return f"<embedded module loader for {self.name!r}>"

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        code = _imp.library_code(module.__spec__.name)
        _bootstrap._call_with_frames_removed(exec, code, module.__dict__)

    def is_package(self, fullname):
        found = _imp.library_find(fullname)
        if found is None:
            raise ImportError(f"no embedded module named {fullname!r}", name=fullname)
        return found[1]

    def get_code(self, fullname):
        return _imp.library_code(fullname)

    def get_source(self, fullname):
        source = _imp.library_source(fullname)
        if source is None:
            return None
        from importlib.util import decode_source
        return decode_source(source)

    def get_filename(self, fullname):
        return self.path

    def get_data(self, path):
        """The source of the embedded file at `path`."""
        name = _name_of_path(path)
        source = _imp.library_source(name) if name else None
        if source is None:
            raise OSError(2, "No such file or directory", path)
        return source


def _name_of_path(path):
    prefix = sys._stdlib_dir + "/"
    if not path.startswith(prefix) or not path.endswith(".py"):
        return None
    name = path[len(prefix):-3].replace("/", ".")
    return name.removesuffix(".__init__")


class LibraryFinder:
    """Finds modules in one (pretended) folder of the library."""

    def __init__(self, path):
        root = sys._stdlib_dir
        if path == root:
            self._prefix = ""
        elif path.startswith(root + "/"):
            self._prefix = path[len(root) + 1:].replace("/", ".") + "."
        else:
            raise ImportError("only the embedded library is found here", path=path)
        self.path = path

    def __repr__(self):
        return f"LibraryFinder({self.path!r})"

    def find_spec(self, fullname, target=None):
        found = _imp.library_find(self._prefix + fullname.rpartition(".")[2])
        if found is None or self._prefix + fullname.rpartition(".")[2] != fullname:
            return None
        path, is_package = found
        filename = sys._stdlib_dir + "/" + path
        spec = _bootstrap.ModuleSpec(fullname, LibraryLoader(fullname, filename), origin=filename,
                                     is_package=is_package)
        spec._set_fileattr = True
        spec.cached = None
        if is_package:
            spec.submodule_search_locations = [filename.rpartition("/")[0]]
        return spec

    def invalidate_caches(self):
        pass

    def iter_modules(self, prefix=""):
        """For pkgutil: names directly in this folder, and whether they are packages."""
        for name in _imp.library_names():
            if name.startswith(self._prefix):
                rest = name[len(self._prefix):]
                if rest and "." not in rest:
                    yield prefix + rest, _imp.library_find(name)[1]


def install():
    import zipimport
    sys.path_hooks[:0] = LibraryFinder, zipimport.zipimporter

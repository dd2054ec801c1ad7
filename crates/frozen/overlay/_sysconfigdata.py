"""What `sysconfig` knows of the build. The build script names this module after the platform.

Taipan is built by cargo, from no Makefile: there is no C compiler to name, no extension modules are loaded, and what a
C configuration would find out (`HAVE_...`) is not here.
"""
# Ours: there is no such module in the library.

import sys

_multiarch = sys.implementation._multiarch

build_time_vars = {
    "ABIFLAGS": "",
    "AR": "",
    "ARFLAGS": "",
    "BINDIR": f"{sys.base_prefix}/bin",
    "BINLIBDEST": f"{sys.base_prefix}/lib/python3.14",
    "CC": "",
    "CFLAGS": "",
    "CONFIG_ARGS": "",
    "CXX": "",
    "EXT_SUFFIX": f".taipan-314-{_multiarch}.so",
    "HOST_GNU_TYPE": _multiarch.replace("-linux", "-pc-linux", 1),
    "INCLUDEDIR": f"{sys.base_prefix}/include",
    "INCLUDEPY": f"{sys.base_prefix}/include/python3.14",
    "LDFLAGS": "",
    "LDSHARED": "",
    "LDVERSION": "3.14",
    "LIBDEST": f"{sys.base_prefix}/lib/python3.14",
    "LIBDIR": f"{sys.base_prefix}/lib",
    "LIBPYTHON": "",
    "MACHDEP": "linux",
    "MULTIARCH": _multiarch,
    "PLATLIBDIR": "lib",
    "PY_CFLAGS": "",
    "PY_CFLAGS_NODIST": "",
    "Py_DEBUG": 0,
    "Py_ENABLE_SHARED": 0,
    "Py_GIL_DISABLED": 0,
    "SHELL": "/bin/sh",
    "SHLIB_SUFFIX": ".so",
    "SIZEOF_VOID_P": 8,
    "SOABI": f"taipan-314-{_multiarch}",
    "TEST_MODULES": "no",
    "VERSION": "3.14",
    "WITH_DOC_STRINGS": 1,
    "exec_prefix": sys.base_exec_prefix,
    "prefix": sys.base_prefix,
}

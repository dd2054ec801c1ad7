"""Python interface for the 'lsprof' profiler.
   Compatible with the 'profile' module.
"""
# Ours: the library that we embed leaves this module out.

__all__ = ["run", "runctx", "Profile"]

import _lsprof
import importlib.machinery
import importlib.util
import io
import profile as _pyprofile


def run(statement, filename=None, sort=-1):
    return _pyprofile._Utils(Profile).run(statement, filename, sort)


def runctx(statement, globals, locals, filename=None, sort=-1):
    return _pyprofile._Utils(Profile).runctx(statement, globals, locals, filename, sort)


run.__doc__ = _pyprofile.run.__doc__
runctx.__doc__ = _pyprofile.runctx.__doc__


class Profile(_lsprof.Profiler):
    """Profile(timer=None, timeunit=None, subcalls=True, builtins=True)

    Builds a profiler object using the specified timer function.
    The default timer is a fast built-in one based on real time.
    For custom timer functions returning integers, timeunit can
    be a float specifying a scale (i.e. how long each integer unit
    is, in seconds).
    """

    def print_stats(self, sort=-1):
        import pstats

        keys = sort if isinstance(sort, tuple) else (sort,)
        pstats.Stats(self).strip_dirs().sort_stats(*keys).print_stats()

    def dump_stats(self, file):
        import marshal

        self.create_stats()
        with open(file, "wb") as stream:
            marshal.dump(self.stats, stream)

    def create_stats(self):
        self.disable()
        self.snapshot_stats()

    def snapshot_stats(self):
        entries = self.getstats()
        # Who called each function, and how: from the calls that the callers list.
        callers = {}
        for entry in entries:
            for call in entry.calls or ():
                known = callers.setdefault(_place(call.code), {})
                one = _numbers(call)
                old = known.get(label(entry.code))
                known[label(entry.code)] = one if old is None else tuple(map(sum, zip(old, one)))
        self.stats = {}
        for entry in entries:
            count, primitive, inline, total = _numbers(entry)
            # Here the primitive calls come first, with the callers all calls do: pstats wants it so.
            self.stats[label(entry.code)] = primitive, count, inline, total, callers.get(_place(entry.code), {})

    # The methods run(), runctx() and runcall() return what the profiled code does, or the profile.

    def run(self, cmd):
        import __main__

        return self.runctx(cmd, __main__.__dict__, __main__.__dict__)

    def runctx(self, cmd, globals, locals):
        self.enable()
        try:
            exec(cmd, globals, locals)
        finally:
            self.disable()
        return self

    def runcall(self, func, /, *args, **kw):
        self.enable()
        try:
            return func(*args, **kw)
        finally:
            self.disable()

    def __enter__(self):
        self.enable()
        return self

    def __exit__(self, *exc_info):
        self.disable()


def _place(code):
    """What tells a function apart from others: code objects may be equal without being the same."""
    return code if isinstance(code, str) else id(code)


def _numbers(entry):
    return entry.callcount, entry.callcount - entry.reccallcount, entry.inlinetime, entry.totaltime


def label(code):
    """A function as pstats knows it: file, line and name."""
    if isinstance(code, str):
        return "~", 0, code
    return code.co_filename, code.co_firstlineno, code.co_name


def main():
    import os
    import pstats
    import runpy
    import sys
    from optparse import OptionParser

    usage = "cProfile.py [-o output_file_path] [-s sort] [-m module | scriptfile] [arg] ..."
    parser = OptionParser(usage=usage)
    parser.allow_interspersed_args = False
    parser.add_option("-o", "--outfile", dest="outfile", help="Save stats to <outfile>", default=None)
    parser.add_option(
        "-s", "--sort", dest="sort", help="Sort order when printing to stdout, based on pstats.Stats class",
        default=2, choices=sorted(pstats.Stats.sort_arg_dict_default))
    parser.add_option("-m", dest="module", action="store_true", help="Profile a library module", default=False)
    if not sys.argv[1:]:
        parser.print_usage()
        sys.exit(2)
    options, args = parser.parse_args()
    sys.argv[:] = args
    if options.outfile is not None:
        # The program may change the folder.
        options.outfile = os.path.abspath(options.outfile)
    if not args:
        parser.print_usage()
        return parser
    if options.module:
        code = "run_module(modname, run_name='__main__')"
        namespace = {"run_module": runpy.run_module, "modname": args[0]}
        module = None
    else:
        name = args[0]
        sys.path.insert(0, os.path.dirname(name))
        with io.open_code(name) as stream:
            code = compile(stream.read(), name, "exec")
        spec = importlib.machinery.ModuleSpec(name="__main__", loader=None, origin=name)
        module = importlib.util.module_from_spec(spec)
        # The program is __main__ for pickle and for whoever else looks there.
        sys.modules["__main__"] = module
        namespace = module.__dict__
        namespace.update({"__spec__": spec, "__file__": spec.origin, "__name__": spec.name, "__package__": None,
                          "__cached__": None})
    try:
        runctx(code, namespace, None, options.outfile, options.sort)
    except BrokenPipeError as error:
        # Nobody reads the output any more; the end of the program must not complain about it again.
        sys.stdout = None
        sys.exit(error.errno)
    return parser


if __name__ == "__main__":
    main()

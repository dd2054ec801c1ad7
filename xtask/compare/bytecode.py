"""Compares code objects with those of the interpreter that runs this script, file by file and field by field.

    python3.14 xtask/compare/bytecode.py PROGRAM [--optimize N] [--mode exec] [--flags N] [--show N] PATH...
    python3.14 xtask/compare/bytecode.py PROGRAM --time PATH...

PROGRAM is the example `compile_pyc` of crates/compiler. A PATH is a file or a folder. Prints the shares of files and of
code objects that are the same, how often each field differs, and the first differences side by side. With --time it
prints how long both take to parse and compile all files.
"""

import argparse
import collections
import dis
import marshal
import pathlib
import re
import subprocess
import sys
import time
import types
import warnings

try:
    from _testinternalcapi import get_co_localskinds
except ImportError:
    get_co_localskinds = None

sys.setrecursionlimit(20_000)
warnings.simplefilter("ignore")

FIELDS = [
    "co_name", "co_qualname", "co_filename", "co_firstlineno", "co_flags", "co_argcount", "co_posonlyargcount",
    "co_kwonlyargcount", "co_varnames", "co_cellvars", "co_freevars", "localskinds", "co_names", "co_code", "co_consts",
    "co_stacksize", "co_linetable", "co_exceptiontable",
]  # fmt: skip


def field(code, name):
    if name == "localskinds":
        return get_co_localskinds and get_co_localskinds(code)
    value = getattr(code, name)
    return tuple(map(key, value)) if name == "co_consts" else value


def key(value):
    """What a constant is equal by: type and value, code objects anything (they are compared on their own)."""
    if isinstance(value, types.CodeType):
        return "code"
    if isinstance(value, tuple):
        return tuple, tuple(map(key, value))
    if isinstance(value, frozenset):
        return frozenset, frozenset(map(key, value))
    if isinstance(value, slice):
        return slice, key(value.start), key(value.stop), key(value.step)
    if isinstance(value, (float, complex)):
        return type(value), repr(value)
    return type(value), value


def nested(code):
    return [value for value in code.co_consts if isinstance(value, types.CodeType)]


def error_text(error):
    if isinstance(error, SyntaxError):
        place = (error.lineno, error.offset, error.end_lineno, error.end_offset)
        return f"{type(error).__name__}: {error.msg} {place}"
    return f"{type(error).__name__}: {error} (None, None, None, None)"


def listing(code):
    text = dis.Bytecode(code, show_positions=True).dis()
    return re.sub(r" at 0x[0-9a-f]+", "", text).rstrip("\n").split("\n")


class Ours:
    def __init__(self, program):
        self.program = program
        self.start()

    def start(self):
        self.process = subprocess.Popen([self.program, "--serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def compile(self, path, mode, optimize, flags):
        self.process.stdin.write(f"{mode} {optimize} {flags} {path}\n".encode())
        self.process.stdin.flush()
        length = self.process.stdout.readline()
        if not length:
            self.start()
            return "CRASH"
        status = self.process.stdout.read(1)
        answer = self.process.stdout.read(int(length))
        return marshal.loads(answer) if status == b"C" else answer.decode("utf-8", "replace")


class Comparison:
    def __init__(self, show):
        self.show = show
        self.shown = 0
        self.files = self.same_files = self.codes = self.same_codes = 0
        self.fields = collections.Counter()

    def file(self, path, theirs, ours):
        self.files += 1
        if isinstance(theirs, str) or isinstance(ours, str):
            if theirs == ours:
                self.same_files += 1
                return
            self.fields["error"] += 1
            if self.room():
                print(f"===== {path}\n  reference: {theirs}\n  ours:      {ours}")
            return
        self.same_files += self.code(path, theirs, ours)

    def code(self, path, theirs, ours):
        self.codes += 1
        different = [name for name in FIELDS if field(theirs, name) != field(ours, name)]
        same = not different
        self.same_codes += same
        for name in different:
            self.fields[name] += 1
        if different and self.room():
            self.report(path, theirs, ours, different)
        theirs, ours = nested(theirs), nested(ours)
        same &= len(theirs) == len(ours)
        for pair in zip(theirs, ours):
            same &= self.code(path, *pair)
        return same

    def room(self):
        self.shown += 1
        return self.shown <= self.show

    def report(self, path, theirs, ours, different):
        print(f"===== {path}:{theirs.co_firstlineno} {theirs.co_qualname}: {', '.join(different)}")
        for name in different:
            if name not in ("co_code", "co_consts", "co_linetable", "co_exceptiontable"):
                print(f"  {name}: {field(theirs, name)!r} | {field(ours, name)!r}")
        if "co_consts" in different:
            pairs = zip(theirs.co_consts, ours.co_consts)
            first = next((pair for pair in pairs if key(pair[0]) != key(pair[1])), None)
            print(f"  co_consts: {len(theirs.co_consts)} | {len(ours.co_consts)}; first: {first!r}"[:300])
        side_by_side(listing(theirs), listing(ours))

    def summary(self):
        print(f"files: {self.same_files} of {self.files} the same")
        print(f"code objects: {self.same_codes} of {self.codes} the same")
        for name, count in self.fields.most_common():
            print(f"  {count:6} {name}")


def side_by_side(left, right, lines=12):
    at = next((i for i, pair in enumerate(zip(left, right)) if pair[0] != pair[1]), min(len(left), len(right)))
    start = max(0, at - 4)
    width = 78
    for i in range(start, min(start + lines, max(len(left), len(right)))):
        a = left[i] if i < len(left) else ""
        b = right[i] if i < len(right) else ""
        print(f"  {a[:width]:{width}} {'|' if a == b else '*'} {b[:width]}")


def sources(paths):
    for path in map(pathlib.Path, paths):
        if path.is_dir():
            yield from sorted(file for file in path.rglob("*.py") if file.exists())
        else:
            yield path


def measure(program, paths):
    files = [(str(path), path.read_bytes()) for path in sources(paths)]
    best = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        for path, source in files:
            try:
                compile(source, path, "exec", dont_inherit=True, optimize=0)
            except (SyntaxError, ValueError):
                pass
        best = min(best, time.perf_counter() - start)
    print(f"reference: {len(files)} files, {best:.3f} s")
    result = subprocess.run([program, "--time", "3", *paths], capture_output=True, text=True, check=True).stdout
    print(f"ours:      {result.strip()}")
    print(f"share:     {float(result.split()[-2]) / best:.3f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program")
    parser.add_argument("paths", nargs="+")
    parser.add_argument("--optimize", type=int, default=0)
    parser.add_argument("--mode", default="exec")
    parser.add_argument("--flags", type=int, default=0)
    parser.add_argument("--show", type=int, default=3)
    parser.add_argument("--time", action="store_true")
    options = parser.parse_args()
    if options.time:
        return measure(options.program, options.paths)
    ours = Ours(options.program)
    comparison = Comparison(options.show)
    for path in sources(options.paths):
        source = path.read_bytes()
        try:
            theirs = compile(source, str(path), options.mode, options.flags, True, options.optimize)
        except (SyntaxError, ValueError, MemoryError, RecursionError, OverflowError) as error:
            theirs = error_text(error)
        comparison.file(path, theirs, ours.compile(path, options.mode, options.optimize, options.flags))
    comparison.summary()
    return int(comparison.same_files != comparison.files)


if __name__ == "__main__":
    sys.exit(main())

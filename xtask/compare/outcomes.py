"""Compares code objects, errors and warnings with the interpreter that runs this script, file by file.

    python3.14 xtask/compare/outcomes.py PROGRAM [--cache FOLDER] [--mode exec] [--optimize 0] [--flags 0] PATH...

PROGRAM is the example `compile_files` of crates/compiler. A PATH is a file or a folder. Prints how many files and code
objects are the same in every field, and the first difference of each file that is not.
"""

import argparse
import dis
import hashlib
import io
import marshal
import pathlib
import struct
import subprocess
import sys
import types
import warnings

try:
    from _testinternalcapi import get_co_localskinds
except ImportError:
    get_co_localskinds = None

sys.setrecursionlimit(20_000)

FIELDS = [
    "co_name", "co_qualname", "co_filename", "co_firstlineno", "co_argcount", "co_posonlyargcount",
    "co_kwonlyargcount", "co_flags", "co_names", "co_varnames", "co_cellvars", "co_freevars", "kinds",
    "co_consts", "co_code", "co_exceptiontable", "co_linetable", "co_stacksize",
]


def reference(source, mode, flags, optimize):
    with warnings.catch_warnings(record=True) as log:
        warnings.simplefilter("always")
        try:
            code = compile(source, "<file>", mode, flags, dont_inherit=True, optimize=optimize)
            kind, payload = b"C", marshal.dumps(code)
        except SyntaxError as e:
            text = f"{type(e).__name__}: {e.msg} ({e.lineno}, {e.offset}, {e.end_lineno}, {e.end_offset})"
            kind, payload = b"E", text.encode("utf-8", "surrogatepass")
        except (MemoryError, RecursionError, ValueError, OverflowError) as e:
            kind, payload = b"E", f"{type(e).__name__}: {e} (None, None, None, None)".encode()
    said = "".join(f"{w.lineno} {w.message}\n" for w in log if issubclass(w.category, SyntaxWarning))
    return kind, payload, said.encode("utf-8", "surrogatepass")


def cached_reference(folder, source, mode, flags, optimize):
    if not folder:
        return reference(source, mode, flags, optimize)
    key = hashlib.sha1(f"{mode} {flags} {optimize} ".encode() + source).hexdigest()
    path = pathlib.Path(folder) / key
    if path.exists():
        return marshal.loads(path.read_bytes())
    result = reference(source, mode, flags, optimize)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(marshal.dumps(result))
    return result


def constant(value):
    """A constant as something that compares by type and exact value."""
    if isinstance(value, types.CodeType):
        return "code", value.co_name
    if isinstance(value, tuple):
        return "tuple", tuple(constant(item) for item in value)
    if isinstance(value, frozenset):
        return "frozenset", tuple(sorted(map(repr, map(constant, value))))
    return type(value).__name__, repr(value)


def field(code, name):
    if name == "kinds":
        return get_co_localskinds(code) if get_co_localskinds else None
    value = getattr(code, name)
    if name == "co_consts":
        return tuple(constant(item) for item in value)
    return value


def listing(code):
    out = io.StringIO()
    for i in dis.get_instructions(code):
        p = i.positions
        out.write(f"{i.opname:28} {'' if i.arg is None else i.arg:<6} "
                  f"{p.lineno}:{p.col_offset}-{p.end_lineno}:{p.end_col_offset}\n")
    return out.getvalue().splitlines()


def first_difference(ours, theirs):
    """The innermost code object that differs, as text; None if there is none."""
    inner = [(a, b) for a, b in zip(ours.co_consts, theirs.co_consts)
             if isinstance(a, types.CodeType) and isinstance(b, types.CodeType)]
    if len(ours.co_consts) == len(theirs.co_consts):
        for a, b in inner:
            if (text := first_difference(a, b)) is not None:
                return text
    for name in FIELDS:
        a, b = field(ours, name), field(theirs, name)
        if a == b:
            continue
        text = f"  {theirs.co_qualname} (line {theirs.co_firstlineno}): {name}\n"
        if name in ("co_code", "co_linetable"):
            left, right = listing(ours), listing(theirs)
            at = next((i for i, (x, y) in enumerate(zip(left, right)) if x != y), min(len(left), len(right)))
            for i in range(max(at - 3, 0), at + 5):
                x = left[i] if i < len(left) else ""
                y = right[i] if i < len(right) else ""
                text += f"    {i:4} {'  ' if x == y else '! '}{x:58} {y}\n"
            if at == max(len(left), len(right)):
                text += f"    ours   {a!r:.300}\n    theirs {b!r:.300}\n"
        else:
            text += f"    ours   {a!r:.600}\n    theirs {b!r:.600}\n"
        return text
    return None


def count(code):
    return 1 + sum(count(c) for c in code.co_consts if isinstance(c, types.CodeType))


def same(ours, theirs):
    """(the same in every field, all) code objects, counted."""
    a = [c for c in ours.co_consts if isinstance(c, types.CodeType)]
    b = [c for c in theirs.co_consts if isinstance(c, types.CodeType)]
    equal = int(all(field(ours, name) == field(theirs, name) for name in FIELDS))
    for x, y in zip(a, b):
        equal += same(x, y)
    return equal


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--cache")
    parser.add_argument("--mode", default="exec")
    parser.add_argument("--optimize", type=int, default=0)
    parser.add_argument("--flags", type=int, default=0)
    parser.add_argument("--show", type=int, default=10, help="how many differences to show")
    parser.add_argument("--match", default="", help="show only differences with this text")
    parser.add_argument("paths", nargs="+")
    options = parser.parse_args()
    files = []
    for path in map(pathlib.Path, options.paths):
        files += [f for f in sorted(path.rglob("*.py")) if f.is_file()] if path.is_dir() else [path]
    child = subprocess.Popen(
        [options.program, options.mode, str(options.optimize), str(options.flags)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )
    good = total_codes = good_codes = shown = 0
    for path in files:
        source = path.read_bytes()
        kind, payload, said = cached_reference(
            options.cache, source, options.mode, options.flags, options.optimize)
        child.stdin.write(str(path).encode() + b"\n")
        child.stdin.flush()
        header = child.stdout.read(9)
        if len(header) < 9:
            print(f"{path}: the program died")
            return 1
        our_kind, length, said_length = struct.unpack("<cII", header)
        ours, our_said = child.stdout.read(length), child.stdout.read(said_length)
        text = None
        if our_kind != kind or kind == b"E" and ours != payload:
            def show(kind, payload):
                return "code" if kind == b"C" else payload.decode("utf-8", "replace")
            text = f"    ours   {show(our_kind, ours)}\n    theirs {show(kind, payload)}\n"
            if kind == b"C":
                total_codes += count(marshal.loads(payload))
        elif kind == b"C":
            theirs = marshal.loads(payload)
            total_codes += count(theirs)
            try:
                ours = marshal.loads(ours)
            except Exception as e:
                text = f"    not loadable: {e!r}\n"
            else:
                text = first_difference(ours, theirs)
                good_codes += same(ours, theirs)
        if text is None and said != our_said:
            text = f"    our warnings   {our_said.decode()!r}\n    their warnings {said.decode()!r}\n"
        if text is None:
            good += 1
        elif shown < options.show and options.match in text:
            shown += 1
            print(f"{path}\n{text}", end="")
    child.stdin.close()
    print(f"files {good} of {len(files)}, code objects {good_codes} of {total_codes}")
    return int(good != len(files))


if __name__ == "__main__":
    sys.exit(main())

"""Compiled files go both ways: each interpreter reads, and runs, the .pyc files that the other one wrote.

    python3.14 xtask/compare/pycs.py TAIPAN PATH...

A PATH is a file or a folder. Every file is compiled to a .pyc by both. Each reads what the other wrote: the code objects must be
those that it makes itself, field by field. Modules that stand directly in a folder are also run from the other's .pyc; what
names they leave (or which exception) must be what comes of the reader's own. The share of files that are the same byte by byte
is told, too, but is nothing that must be.
"""

import argparse
import contextlib
import hashlib
import importlib.util
import io
import json
import marshal
import os
import pathlib
import subprocess
import sys
import tempfile
import types
import warnings
from importlib._bootstrap_external import _code_to_timestamp_pyc

FIELDS = [
    "co_name", "co_qualname", "co_filename", "co_firstlineno", "co_flags", "co_argcount", "co_posonlyargcount",
    "co_kwonlyargcount", "co_varnames", "co_cellvars", "co_freevars", "co_names", "co_code", "co_stacksize",
    "co_linetable", "co_exceptiontable",
]  # fmt: skip

# These do something that can be seen when they are run, or wait for somebody.
NOT_RUN = {"antigravity", "this", "turtle", "site", "sitecustomize", "__main__", "idlelib"}


def shown(value):
    if isinstance(value, types.CodeType):
        inside = [shown(constant) for constant in value.co_consts]
        return repr([repr(getattr(value, name)) for name in FIELDS] + inside)
    if isinstance(value, frozenset):
        return f"frozenset {sorted(map(shown, value))}"
    if isinstance(value, tuple):
        return f"tuple {list(map(shown, value))}"
    return f"{type(value).__name__} {value!r}"


def digest(code):
    return hashlib.sha256(shown(code).encode("utf-8", "surrogatepass")).hexdigest()


def compiled(path):
    data = pathlib.Path(path).read_bytes()
    return compile(data, path, "exec", dont_inherit=True), len(data)


def write(paths, folder):
    """Compiles all files; what cannot be compiled leaves no file."""
    for number, path in enumerate(paths):
        with contextlib.suppress(SyntaxError, ValueError):
            code, size = compiled(path)
            folder.joinpath(f"{number}.pyc").write_bytes(_code_to_timestamp_pyc(code, 1, size))


def check(paths, folder, run):
    """Reads what is in a folder; an answer for each file."""
    for number, path in enumerate(paths):
        file = folder / f"{number}.pyc"
        if not file.exists():
            yield "none"
            continue
        data = file.read_bytes()
        if data[:4] != importlib.util.MAGIC_NUMBER:
            yield "another magic number"
            continue
        read, own = marshal.loads(data[16:]), compiled(path)[0]
        name = pathlib.Path(path).stem
        answer = "same" if digest(read) == digest(own) else "other code"
        if answer == "same" and name not in NOT_RUN and pathlib.Path(path).parent.as_posix() in run:
            # The first run may change what later ones find.
            outcome(own, name, path)
            result, expected = outcome(read, name, path), outcome(own, name, path)
            answer = "ran" if result == expected else f"{result} instead of {expected}"
        yield answer


def outcome(code, name, path):
    module = types.ModuleType(name)
    module.__file__ = path
    before = sys.modules.get(name)
    sys.modules[name] = module
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            exec(code, vars(module))
    except BaseException as error:
        return f"{type(error).__name__}: {error}"
    finally:
        if before is None:
            del sys.modules[name]
        else:
            sys.modules[name] = before
    return hashlib.sha256(repr(sorted(vars(module))).encode()).hexdigest()


def work():
    warnings.simplefilter("ignore")
    sys.setrecursionlimit(20_000)
    task, folder, listing = sys.argv[2], pathlib.Path(sys.argv[3]), json.loads(pathlib.Path(sys.argv[4]).read_text())
    if task == "write":
        return write(listing["paths"], folder)
    answers = list(check(listing["paths"], folder, set(listing["run"])))
    pathlib.Path(sys.argv[5]).write_text(json.dumps(answers))
    # Modules that were run may have left threads.
    os._exit(0)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program")
    parser.add_argument("paths", nargs="+")
    parser.add_argument("--show", type=int, default=10)
    options = parser.parse_args()
    paths, run = [], []
    for path in map(pathlib.Path, options.paths):
        path = path.resolve()
        run.append(path.as_posix())
        paths.extend(str(file) for file in (sorted(path.rglob("*.py")) if path.is_dir() else [path]) if file.is_file())
    with tempfile.TemporaryDirectory() as place:
        place = pathlib.Path(place)
        listing = place / "listing"
        listing.write_text(json.dumps({"paths": paths, "run": run}))
        both = {"ours": os.path.abspath(options.program), "theirs": sys.executable}
        for name, program in both.items():
            place.joinpath(name).mkdir()
            subprocess.run([program, __file__, "--worker", "write", place / name, listing], check=True)
        failed = 0
        for name, reader in (("ours", "theirs"), ("theirs", "ours")):
            said = place / "said"
            subprocess.run([both[reader], __file__, "--worker", "check", place / name, listing, said], stdin=subprocess.DEVNULL)
            answers = json.loads(said.read_text())
            said.unlink()
            wrong = [(path, answer) for path, answer in zip(paths, answers) if answer not in ("none", "same", "ran")]
            for path, answer in wrong[: options.show]:
                print(f"{name}, read by the other: {path}: {answer}")
            failed += len(wrong)
            read = len(answers) - answers.count("none")
            whose = "Taipan's, read by the reference" if name == "ours" else "the reference's, read by Taipan"
            print(f"{whose}: {read - len(wrong)} of {read} the same, {answers.count('ran')} of them run with the same end")
        pairs = [(place / "ours" / f"{number}.pyc", place / "theirs" / f"{number}.pyc") for number in range(len(paths))]
        pairs = [(ours.read_bytes(), theirs.read_bytes()) for ours, theirs in pairs if ours.exists() and theirs.exists()]
        print(f"byte by byte: {sum(ours == theirs for ours, theirs in pairs)} of {len(pairs)} the same")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(work() if sys.argv[1:2] == ["--worker"] else main())

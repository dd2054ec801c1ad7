"""Compares symbol tables with those of the interpreter that runs this script, file by file.

    python3.14 xtask/compare/symbols.py PROGRAM [--show N] PATH...

PROGRAM is the example `dump_symbols` of crates/compiler. A PATH is a file or a folder. The order of names that only pass
through a block is not compared: in the reference it changes from run to run.
"""

import argparse
import pathlib
import subprocess
import sys
import warnings

import _symtable

sys.setrecursionlimit(20_000)
warnings.simplefilter("ignore")


def lines(table, indent=0):
    own = [f"{name}:{flags:x}" for name, flags in table.symbols.items()]
    yield (f"{' ' * indent}{table.type} {table.name} {table.lineno} {int(table.nested)} {len(table.children)} "
           f"[{' '.join(own)}] [{' '.join(table.varnames)}]")
    for child in table.children:
        yield from lines(child, indent + 1)


def reference(source):
    try:
        return list(lines(_symtable.symtable(source, "<file>", "exec")))
    except SyntaxError as e:
        return [e.msg]


def normal(line):
    """The line with the names that pass through in a fixed order."""
    head, bracket, rest = line.partition("[")
    symbols, close, tail = rest.partition("]")
    if not bracket or not close:
        return line
    through = sorted(s for s in symbols.split() if s.endswith(":4000"))
    others = [s for s in symbols.split() if not s.endswith(":4000")]
    return f"{head}[{' '.join(others + through)}]{tail}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--show", type=int, default=10)
    parser.add_argument("paths", nargs="+")
    options = parser.parse_args()
    files = []
    for path in map(pathlib.Path, options.paths):
        files += [f for f in sorted(path.rglob("*.py")) if f.is_file()] if path.is_dir() else [path]
    child = subprocess.Popen([options.program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    good = 0
    for path in files:
        child.stdin.write(f"{path}\n")
        child.stdin.flush()
        ours = []
        while (line := child.stdout.readline()) != "=\n":
            if not line:
                print(f"{path}: the program died")
                return 1
            ours.append(line.rstrip("\n"))
        theirs = reference(path.read_bytes())
        pairs = [(a, b) for a, b in zip(map(normal, ours), map(normal, theirs)) if a != b]
        if not pairs and len(ours) == len(theirs):
            good += 1
        elif options.show > 0:
            options.show -= 1
            a, b = pairs[0] if pairs else ("", "")
            print(f"{path}\n  ours   {a}\n  theirs {b}")
    child.stdin.close()
    print(f"files {good} of {len(files)}")
    return int(good != len(files))


if __name__ == "__main__":
    sys.exit(main())

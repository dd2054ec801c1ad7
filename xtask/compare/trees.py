"""Compares trees and syntax errors with the interpreter that runs this script, file by file.

    python3.14 xtask/compare/trees.py PROGRAM [--cache FOLDER] [--mode exec] [--flags t] PATH...

PROGRAM is the example `dump_ast` of crates/syntax. A PATH is a file or a folder. Prints how many are the same and the
first difference of each that is not. With --cache, what the interpreter says is kept between runs.
"""

import argparse
import _tokenize
import ast
import hashlib
import io
import os
import pathlib
import subprocess
import sys
import warnings
import zlib

sys.setrecursionlimit(20_000)


def reference_tokens(source, extra):
    lines = io.TextIOWrapper(io.BytesIO(source), "utf-8", newline="\n", errors="replace")
    out = []
    try:
        for token in _tokenize.TokenizerIter(lines.readline, extra_tokens=extra):
            out.append(f"{token!r}\n")
    except SyntaxError as e:
        out.append(f"{type(e).__name__}: {e.msg} ({e.lineno}, {e.offset}, {e.end_lineno}, {e.end_offset}) {e.text!r}\n")
    return "".join(out)


def reference(source, mode, flags):
    if mode == "tokens":
        return reference_tokens(source, "x" in flags)
    compile_flags = ast.PyCF_ONLY_AST
    if "t" in flags:
        compile_flags |= ast.PyCF_TYPE_COMMENTS
    if "d" in flags:
        compile_flags |= 0x200
    if "i" in flags:
        compile_flags |= 0x4000
    if "u" in flags:
        source = source.decode("utf-8")
    try:
        tree = compile(source, "<file>", mode, compile_flags)
    except SyntaxError as e:
        msg = e.msg
        return f"{type(e).__name__}: {msg} ({e.lineno}, {e.offset}, {e.end_lineno}, {e.end_offset}) {e.text!r}\n"
    except (MemoryError, RecursionError, ValueError, OverflowError, LookupError) as e:
        return f"{type(e).__name__}: {e} (None, None, None, None) None\n"
    try:
        return ast.dump(tree, include_attributes=True, indent=1) + "\n"
    except RecursionError:
        return None


class Cache:
    def __init__(self, folder):
        self.folder = folder and pathlib.Path(folder)
        if folder:
            self.folder.mkdir(parents=True, exist_ok=True)

    def reference(self, source, mode, flags):
        if not self.folder:
            return reference(source, mode, flags)
        key = hashlib.sha1(b"%s %s " % (mode.encode(), flags.encode()) + source).hexdigest()
        path = self.folder / key
        if path.exists():
            return zlib.decompress(path.read_bytes()).decode("utf-8", "surrogatepass")
        text = reference(source, mode, flags)
        if text is not None:
            path.write_bytes(zlib.compress(text.encode("utf-8", "surrogatepass"), 1))
        return text


class Ours:
    def __init__(self, program):
        self.program = program
        self.start()

    def start(self):
        self.process = subprocess.Popen([self.program, "--serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, mode, flags, path):
        self.process.stdin.write(f"{mode} {flags} {path}\n".encode())
        self.process.stdin.flush()
        length = self.process.stdout.readline()
        if not length:
            self.start()
            return "CRASH\n"
        return self.process.stdout.read(int(length)).decode("utf-8", "surrogatepass")


def files_of(paths):
    for path in paths:
        if os.path.isdir(path):
            yield from sorted(str(p) for p in pathlib.Path(path).rglob("*.py") if p.is_file())
        elif os.path.isfile(path):
            yield path


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("paths", nargs="+")
    parser.add_argument("--cache")
    parser.add_argument("--mode", default="exec")
    parser.add_argument("--flags", default="-")
    parser.add_argument("--show", type=int, default=20)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    cache, ours = Cache(options.cache), Ours(options.program)
    same = total = 0
    for path in files_of(options.paths):
        with open(path, "rb") as file:
            source = file.read()
        expected = cache.reference(source, options.mode, options.flags)
        if expected is None:
            continue
        total += 1
        got = ours.ask(options.mode, options.flags, path)
        if got == expected:
            same += 1
        elif total - same <= options.show:
            print(f"--- {path}")
            old, new = expected.split("\n"), got.split("\n")
            for number, (a, b) in enumerate(zip(old, new)):
                if a != b:
                    for line in old[max(0, number - 4) : number]:
                        print("    ", line)
                    print("   -", a)
                    print("   +", b)
                    break
    print(f"{same} of {total} the same")


main()

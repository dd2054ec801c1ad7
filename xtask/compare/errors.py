"""Compares syntax errors (and trees) for many short programs with the interpreter that runs this script.

    python3.14 xtask/compare/errors.py PROGRAM --mutate FILES_OR_FOLDERS [--count N] [--seed S]
    python3.14 xtask/compare/errors.py PROGRAM --tests test_syntax test_fstring ...
    python3.14 xtask/compare/errors.py PROGRAM --sources LIST.json

PROGRAM is the example `dump_ast` of crates/syntax. `--mutate` deletes, doubles, swaps and changes tokens and characters of
valid files, `--tests` runs CPython's test modules and takes what they compile. Message, line, offset, end and text must
be the same, or the tree, if there is no error.
"""

import argparse
import ast
import builtins
import collections
import contextlib
import importlib
import io
import json
import pathlib
import random
import subprocess
import sys
import tokenize
import unittest
import warnings

sys.setrecursionlimit(20_000)


def reference(source, mode):
    try:
        tree = compile(source, "<file>", mode, ast.PyCF_ONLY_AST)
    except SyntaxError as e:
        return f"{type(e).__name__}: {e.msg} ({e.lineno}, {e.offset}, {e.end_lineno}, {e.end_offset}) {e.text!r}\n"
    except (MemoryError, RecursionError, ValueError, OverflowError, LookupError) as e:
        return f"{type(e).__name__}: {e} (None, None, None, None) None\n"
    try:
        return ast.dump(tree, include_attributes=True, indent=1) + "\n"
    except (RecursionError, ValueError):
        return None


class Ours:
    def __init__(self, program):
        self.program = program
        self.start()

    def start(self):
        self.process = subprocess.Popen([self.program, "--serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, source, mode):
        flags = "u" if isinstance(source, str) else "-"
        if isinstance(source, str):
            source = source.encode("utf-8")
        self.process.stdin.write(f"{mode} {flags} ={len(source)}\n".encode() + source)
        self.process.stdin.flush()
        length = self.process.stdout.readline()
        if not length:
            self.start()
            return "CRASH\n"
        return self.process.stdout.read(int(length)).decode("utf-8", "surrogatepass")


def sources_of_tests(names):
    """What the test modules give to compile, exec, eval and ast.parse."""
    found = {}
    real = {name: getattr(builtins, name) for name in ("compile", "exec", "eval")}

    def note(source, mode):
        if isinstance(source, (str, bytes)):
            found[(source, mode)] = None

    def compile_(source, filename="<string>", mode="exec", *args, **kwargs):
        note(source, mode)
        return real["compile"](source, filename, mode, *args, **kwargs)

    def run(kind, mode):
        def wrapped(source, globals=None, locals=None, **kwargs):
            note(source, mode)
            frame = sys._getframe(1)
            if globals is None:
                globals, locals = frame.f_globals, frame.f_locals if locals is None else locals
            return real[kind](source, globals, locals, **kwargs)

        return wrapped

    stream = io.StringIO()
    builtins.compile, builtins.exec, builtins.eval = compile_, run("exec", "exec"), run("eval", "eval")
    try:
        with contextlib.redirect_stdout(stream), contextlib.redirect_stderr(stream):
            for name in names:
                try:
                    module = importlib.import_module(f"test.{name}")
                except ImportError:
                    continue
                suite = unittest.defaultTestLoader.loadTestsFromModule(module)
                unittest.TextTestRunner(stream=stream).run(suite)
    finally:
        for name, function in real.items():
            setattr(builtins, name, function)
    return list(found)


def mutations(paths, count, seed):
    chooser = random.Random(seed)
    files = []
    for path in paths:
        path = pathlib.Path(path)
        files += sorted(p for p in path.rglob("*.py") if p.is_file()) if path.is_dir() else [path]
    extra = ["(", ")", "[", "]", "{", "}", ":", ",", "=", "*", "**", "if", "else", "for", "in", "not", "lambda", ".",
             "'", '"', "\\", "\n", "\t", " ", "f'{", "é", "€", "1", "x", "yield", "await", "async", "print", "as",
             "import", "def", "class", ":=", "->", "!", "$", "@", ";", "None", "with", "try", "except", "0x", "1_"]
    while count > 0:
        path = chooser.choice(files)
        try:
            with tokenize.open(path) as file:
                lines = file.read().split("\n")
        except (SyntaxError, UnicodeDecodeError, OSError):
            continue
        if len(lines) < 3:
            continue
        # A window of the file that starts at a line without indentation.
        starts = [n for n, line in enumerate(lines) if line and line[0] not in " \t#)]}"]
        if not starts:
            continue
        start = chooser.choice(starts)
        text = "\n".join(lines[start : start + chooser.choice([3, 8, 20, 60])]) + "\n"
        try:
            ast.parse(text)
        except (SyntaxError, ValueError):
            pass
        words = split(text)
        if len(words) < 3:
            continue
        for _ in range(8):
            changed = list(words)
            at = chooser.randrange(len(changed))
            kind = chooser.randrange(6)
            if kind == 0:
                del changed[at]
            elif kind == 1:
                changed.insert(at, changed[at])
            elif kind == 2:
                other = chooser.randrange(len(changed))
                changed[at], changed[other] = changed[other], changed[at]
            elif kind == 3:
                changed.insert(at, chooser.choice(extra))
            elif kind == 4:
                changed[at] = chooser.choice(extra)
            else:
                changed = changed[:at]
            yield "".join(changed), "exec"
            count -= 1


def split(text):
    """The tokens of a text and the space between them, roughly."""
    words, word = [], ""
    for ch in text:
        if word and (ch.isalnum() or ch == "_") == (word[-1].isalnum() or word[-1] == "_") and ch.isalnum():
            word += ch
        else:
            if word:
                words.append(word)
            word = ch
    return words + [word]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--mutate", nargs="+", default=[])
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tests", nargs="+", default=[])
    parser.add_argument("--sources")
    parser.add_argument("--show", type=int, default=20)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    sources = []
    if options.tests:
        sources += sources_of_tests(options.tests)
    if options.sources:
        sources += [tuple(item) for item in json.load(open(options.sources))]
    warnings.simplefilter("ignore")
    ours = Ours(options.program)
    same = total = errors = 0
    kinds = collections.Counter()

    def all_sources():
        yield from sources
        if options.mutate:
            yield from mutations(options.mutate, options.count, options.seed)

    for source, mode in all_sources():
        if mode not in ("exec", "eval", "single", "func_type"):
            continue
        try:
            if isinstance(source, str):
                source.encode("utf-8")
            expected = reference(source, mode)
        except UnicodeEncodeError:
            continue
        if expected is None:
            continue
        total += 1
        errors += not expected.startswith(("Module(", "Expression(", "Interactive(", "FunctionType("))
        got = ours.ask(source, mode)
        if got == expected:
            same += 1
            continue
        kinds[f"{expected.split(' (')[0][:60]} -> {got.split(' (')[0][:60]}".replace("\n", " ")] += 1
        if total - same <= options.show:
            old, new = expected.split("\n"), got.split("\n")
            number = next((n for n, (a, b) in enumerate(zip(old, new)) if a != b), 0)
            where = old[number].split(" (")[-1].split(",")[0]
            shown = source if isinstance(source, str) else source.decode("latin-1")
            if where.isdigit():
                shown = "\n".join(shown.split("\n")[max(0, int(where) - 3) : int(where) + 2])
            print(f"--- {mode}: {shown[:400]!r}\n   - {old[number]}\n   + {new[number]}")
    for kind, number in kinds.most_common(12):
        print(f"{number:6} {kind}")
    print(f"{same} of {total} the same ({errors} with an error)")


main()

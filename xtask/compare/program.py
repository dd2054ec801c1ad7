"""Compares what `compile()` answers in the program with what it answers in the interpreter that runs this script.

    python3.14 xtask/compare/program.py TAIPAN --files PATH...              files as they are
    python3.14 xtask/compare/program.py TAIPAN --mutate PATH... [--seed S]  pieces of files with tokens changed
    python3.14 xtask/compare/program.py TAIPAN --tests test_syntax ...      what CPython's test modules compile
    python3.14 xtask/compare/program.py TAIPAN --texts PATH...              each text written in files, as a program
    python3.14 xtask/compare/program.py TAIPAN --edit PATH... [--seed S]    trees of pieces of files, edited at random
    python3.14 xtask/compare/program.py TAIPAN --bytes PATH... [--seed S]   pieces of files with bytes changed

TAIPAN is the program, for only it has codecs, warnings and `ast` nodes. This script runs in both as a worker, which answers
requests on standard input. Compared are every field of every code object or every node of the tree (`--tree`), every
attribute of the exception and every warning with its place; with `--strict` warnings are errors, so their places count too.
"""

import argparse
import ast
import builtins
import collections
import contextlib
import doctest
import importlib
import io
import itertools
import os
import pathlib
import pickle
import random
import re
import selectors
import struct
import subprocess
import sys
import textwrap
import tokenize
import types
import unittest
import warnings

FIELDS = [
    "co_name", "co_qualname", "co_filename", "co_firstlineno", "co_flags", "co_argcount", "co_posonlyargcount",
    "co_kwonlyargcount", "co_varnames", "co_cellvars", "co_freevars", "co_names", "co_code", "co_stacksize",
    "co_linetable", "co_exceptiontable",
]  # fmt: skip
PLACE = ["filename", "lineno", "offset", "end_lineno", "end_offset", "text", "print_file_and_line", "args"]


# The worker: runs in both interpreters.


def answer(kind, source, seed, mode, flags, optimize, feature_version, filename, strict):
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("error" if strict else "always")
        try:
            if kind == "edit":
                source = edited(source, mode, random.Random(seed))
            elif kind == "pickle":
                source = pickle.loads(source)
            made = compile(source, filename, mode, flags, True, optimize, _feature_version=feature_version)
            text = "".join(code_lines(made)) if isinstance(made, types.CodeType) else tree_text(made)
        except Exception as error:
            text = error_text(error)
    for warning in said:
        text += f"{warning.category.__name__}: {warning.message} {warning.filename}:{warning.lineno}\n"
    return text


def error_text(error):
    text = f"{type(error).__name__}: {error}\n"
    if isinstance(error, SyntaxError):
        text += f"msg {error.msg!r}\n" + "".join(f"{name} {getattr(error, name)!r}\n" for name in PLACE)
        # Where the last statement was complete; its source is what was compiled.
        text += f"{error._metadata and error._metadata[:2]}\n"
    if isinstance(error, (RecursionError, MemoryError)):
        text = re.sub(r"\(used \d+ kB\)( while traversing '\w+' node)?", "(used N kB)", text)
    return text


def code_lines(code):
    for name in FIELDS:
        yield f"{code.co_qualname} {name} {getattr(code, name)!r}\n"
    yield f"{code.co_qualname} co_consts {', '.join(map(constant, code.co_consts))}\n"
    for value in code.co_consts:
        if isinstance(value, types.CodeType):
            yield from code_lines(value)


def constant(value):
    if isinstance(value, types.CodeType):
        return "code"
    if isinstance(value, frozenset):
        return f"frozenset({sorted(map(constant, value))})"
    if isinstance(value, tuple):
        return f"({', '.join(map(constant, value))})"
    return f"{type(value).__name__} {value!r}"


def tree_text(tree):
    return ast.dump(tree, include_attributes=True, indent=1) + "\n"


NODES = sorted(
    (node for node in vars(ast).values() if isinstance(node, type) and issubclass(node, ast.AST) and node.__module__ == "ast"),
    key=lambda node: node.__name__,
)
ODD_VALUES = [
    None, 0, 1, -1, 2, 2**31, 2**70, True, False, "", "x", "None", "True", "__debug__", "__x", "a.b", "a b", "é", "\ud800", b"",
    b"b", 1.5, 2j, ..., [], [None], [1], ["x"], (), (1, "x"), ((1, 2), b"c"), frozenset(), frozenset({1}), [[]], {}, object,
]  # fmt: skip


def edited(source, mode, chooser):
    """The tree of a source with a few things changed at random: the same in both interpreters."""
    tree = ast.parse(source, mode=mode)
    for _ in range(chooser.choice([1, 1, 1, 2, 3])):
        nodes = list(itertools.islice(ast.walk(tree), 3000))
        edit(chooser.choice(nodes), nodes, chooser)
    return tree


def edit(node, nodes, chooser):
    kind = chooser.randrange(12)
    if kind == 0 and node._attributes:
        name = chooser.choice(node._attributes)
        return setattr(node, name, chooser.choice([-1, 0, 1, 5, 10**6, 2**31 - 1, 2**31, None, "x", -(2**40), 2.0]))
    if kind == 1 and node._attributes:
        return delattr_if_there(node, chooser.choice(node._attributes))
    fields = [name for name in node._fields if hasattr(node, name)]
    if not fields:
        return None
    name = chooser.choice(fields)
    value = getattr(node, name)
    if kind == 2:
        return delattr_if_there(node, name)
    if isinstance(value, list) and kind < 9:
        at = chooser.randrange(len(value) + 1)
        if kind < 5 and at < len(value):
            del value[at]
        elif kind < 7:
            value.insert(at, chooser.choice(nodes))
        elif value:
            value[at - 1] = chooser.choice([None, chooser.choice(nodes), chooser.choice(ODD_VALUES)])
        return None
    if isinstance(value, ast.AST) and kind in (3, 4, 5):
        similar = [other for other in nodes if type(other).__base__ is type(value).__base__ and other is not value]
        return setattr(node, name, chooser.choice(similar or nodes))
    if isinstance(value, ast.AST) and kind in (6, 7):
        similar = [other for other in NODES if other.__base__ is type(value).__base__]
        return setattr(node, name, grown(chooser.choice(similar or NODES), value))
    if kind in (8, 9):
        return setattr(node, name, chooser.choice(nodes))
    return setattr(node, name, chooser.choice(ODD_VALUES))


def delattr_if_there(node, name):
    with contextlib.suppress(AttributeError):
        delattr(node, name)


def grown(kind, old):
    """A node of a kind with what an old one has of its fields."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return kind(**{name: getattr(old, name) for name in (*kind._fields, *kind._attributes) if hasattr(old, name)})


def work():
    sys.setrecursionlimit(20_000)
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    while head := requests.read(4):
        request = pickle.loads(requests.read(struct.unpack("<I", head)[0]))
        text = answer(*request).encode("utf-8", "backslashreplace")
        answers.write(struct.pack("<I", len(text)) + text)
        answers.flush()


# The driver: runs in the reference.


class Worker:
    """One interpreter that answers; a crash or a hang is an answer too."""

    def __init__(self, command, seconds):
        self.command, self.seconds, self.process = command, seconds, None

    def ask(self, request):
        if self.process is None:
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0
            )
        data = pickle.dumps(request)
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write(struct.pack("<I", len(data)) + data)

    def hear(self):
        head = self.read(4)
        text = head and self.read(struct.unpack("<I", head)[0])
        if text is not None:
            return text.decode("utf-8")
        self.process.kill()
        code = self.process.wait()
        self.process = None
        return "HANG\n" if code == -9 else f"CRASH {code}\n"

    def read(self, length):
        parts = b""
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            while len(parts) < length:
                if not selector.select(self.seconds):
                    return None
                part = os.read(self.process.stdout.fileno(), length - len(parts))
                if not part:
                    self.process.wait(self.seconds)
                    return None
                parts += part
        return parts


def sources_of_tests(names):
    """What test modules give to compile, exec, eval and ast.parse, once each."""
    found = {}
    real = {name: getattr(builtins, name) for name in ("compile", "exec", "eval")}

    def note(source, mode="exec", flags=0, optimize=-1, feature_version=-1):
        if isinstance(source, (str, bytes)):
            found["source", source, mode, flags, optimize, feature_version] = None
        elif isinstance(source, ast.AST):
            with contextlib.suppress(Exception):
                found["pickle", pickle.dumps(source), mode, flags, optimize, feature_version] = None

    def compile_(source, filename="<string>", mode="exec", flags=0, dont_inherit=False, optimize=-1, _feature_version=-1):
        note(source, mode, flags, optimize, _feature_version)
        return real["compile"](source, filename, mode, flags, dont_inherit, optimize, _feature_version=_feature_version)

    def run(kind):
        def wrapped(source, globals=None, locals=None, **kwargs):
            note(source, kind)
            frame = sys._getframe(1)
            if globals is None:
                globals, locals = frame.f_globals, frame.f_locals if locals is None else locals
            return real[kind](source, globals, locals, **kwargs)

        return wrapped

    stream = io.StringIO()
    builtins.compile, builtins.exec, builtins.eval = compile_, run("exec"), run("eval")
    try:
        with contextlib.redirect_stdout(stream), contextlib.redirect_stderr(stream):
            for name in names:
                try:
                    module = importlib.import_module(f"test.{name}")
                except (ImportError, unittest.SkipTest):
                    continue
                suite = unittest.defaultTestLoader.loadTestsFromModule(module)
                unittest.TextTestRunner(stream=stream).run(suite)
    finally:
        for name, function in real.items():
            setattr(builtins, name, function)
    return list(found)


def texts_of_files(paths):
    """What files hold as strings, bytes and examples of doctests: those of tests of the parser are programs, most of them wrong."""
    found = {}
    for path in python_files(paths):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(path.read_bytes())
        for node in ast.walk(tree):
            value = getattr(node, "value", None) if isinstance(node, ast.Constant) else None
            if isinstance(value, str):
                found |= dict.fromkeys((value, textwrap.dedent(value), value.rstrip(), value.strip() + "\n"))
                with contextlib.suppress(ValueError):
                    found |= dict.fromkeys(example.source for example in doctest.DocTestParser().get_examples(value))
            elif isinstance(value, bytes):
                found[value] = None
    return list(found)


def python_files(paths):
    for path in map(pathlib.Path, paths):
        yield from sorted(file for file in path.rglob("*.py") if file.is_file()) if path.is_dir() else [path]


EXTRA = ["(", ")", "[", "]", "{", "}", ":", ",", "=", "*", "**", "if", "else", "for", "in", "not", "lambda", ".", "'", '"',
         "\\", "\n", "\t", " ", "f'{", "é", "€", "1", "x", "yield", "await", "async", "print", "as", "import", "def", "class",
         ":=", "->", "!", "$", "@", ";", "None", "with", "try", "except", "0x", "1_", "'''", "t'{", "}}", "{{", "match", "case",
         "type", "return", "nonlocal x", "global x", "\\\n", "\r", "\f", "#", "del", "raise", "from", "is", "or", "...", "0b2",
         "1e", "01", "b'é'", "'\\z'", "while", "break", "continue", "finally", "assert", "!=", "<>", "==", "|", "_", "rb'",
         "f'''{\n", "\N{NO-BREAK SPACE}", "’", "\\N{x}", "elif", "__debug__", "*a", "**a", "x=1"]  # fmt: skip


def pieces(paths, chooser):
    """Pieces of files that begin at a line without indentation, for ever."""
    files = list(python_files(paths))
    while True:
        path = chooser.choice(files)
        try:
            with tokenize.open(path) as file:
                lines = file.read().split("\n")
        except (SyntaxError, UnicodeDecodeError, OSError):
            continue
        starts = [number for number, line in enumerate(lines) if line and line[0] not in " \t#)]}"]
        if starts:
            start = chooser.choice(starts)
            yield "\n".join(lines[start : start + chooser.choice([3, 8, 20, 60])]) + "\n"


def mutations(paths, chooser):
    for text in pieces(paths, chooser):
        words = re.findall(r"\w+|\s|[^\w\s]", text)
        if len(words) < 3:
            continue
        for _ in range(8):
            changed = list(words)
            for _ in range(chooser.choice([1, 1, 1, 2, 3])):
                at, other = chooser.randrange(len(changed)), chooser.randrange(len(changed))
                kind = chooser.randrange(6)
                if kind == 0 and len(changed) > 1:
                    del changed[at]
                elif kind == 1:
                    changed.insert(at, changed[at])
                elif kind == 2:
                    changed[at], changed[other] = changed[other], changed[at]
                elif kind == 3:
                    changed.insert(at, chooser.choice(EXTRA))
                elif kind == 4:
                    changed[at] = chooser.choice(EXTRA)
                else:
                    changed = changed[: at + 1]
            yield "".join(changed)


def damaged(paths, chooser):
    """Bytes: an encoding declared now and then, any byte anywhere."""
    cookies = [b"", b"", b"", b"\xef\xbb\xbf", b"# coding: latin-1\n", b"# -*- coding: utf-8 -*-\n", b"#!x\n# coding: koi8-r\n",
               b"# coding: cp1252\n", b"# coding: nope\n", b"# coding: utf-8-sig\n", b"# coding: ascii\n",
               b"\xef\xbb\xbf# coding: latin-1\n", b"# coding: UTF_8\r\n", b"# coding: utf-7\n", b"# coding: utf-16\n",
               b"\xef\xbb\xbf\n#coding=utf8\n", b"# coding: rot13\n", b"# coding: hex\n"]  # fmt: skip
    for text in pieces(paths, chooser):
        data = bytearray(chooser.choice(cookies) + text.encode("utf-8", "replace"))
        for _ in range(chooser.choice([0, 1, 1, 2, 5])):
            at = chooser.randrange(len(data))
            data[at : at + chooser.choice([0, 1])] = chooser.choice(
                [bytes([chooser.randrange(256)]), b"\r\n", b"\r", b"\x0c", b"\xc3\xa9", b"\xff", b"\xe2\x82", b"\x1a", b"\x7f", b"\0"]
            )
        yield bytes(data)


def requests(options):
    chooser = random.Random(options.seed)
    flags = options.flags | (ast.PyCF_ONLY_AST if options.tree else 0)

    def plain(source, mode="exec", filename="<file>"):
        return ("source", source, 0, mode, flags, options.optimize, options.feature_version, filename, options.strict)

    for path in python_files(options.files):
        yield str(path), plain(path.read_bytes(), options.mode, str(path))
    if options.tests:
        for kind, source, mode, own, optimize, version in sources_of_tests(options.tests):
            only = flags if kind == "source" else 0
            yield f"{kind} {mode} {int(own):#x}", (kind, source, 0, mode, own | only, optimize, version, "<file>", options.strict)
    for source in texts_of_files(options.texts):
        for mode in ("exec", "eval", "single"):
            yield f"text {mode}", plain(source, mode)
    if options.mutate:
        for source in itertools.islice(mutations(options.mutate, chooser), options.count):
            yield "mutated", plain(source, chooser.choice(["exec", "exec", "exec", "exec", "single", "eval"]))
    if options.bytes:
        for source in itertools.islice(damaged(options.bytes, chooser), options.count):
            yield "damaged", plain(source)
    if options.edit:
        made = 0
        for source in pieces(options.edit, chooser):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                try:
                    ast.parse(source)
                except (SyntaxError, ValueError):
                    continue
            for _ in range(8):
                request = ("edit", source, chooser.getrandbits(32), "exec", flags, options.optimize, -1, "<tree>", options.strict)
                yield "edited", request
            made += 8
            if made >= options.count:
                break


def difference(name, request, theirs, ours):
    old, new = theirs.split("\n"), ours.split("\n")
    at = next((at for at, pair in enumerate(itertools.zip_longest(old, new)) if pair[0] != pair[1]), 0)
    source = request[1]
    lines = [line for line in old + new if line.startswith("lineno ")]
    line = lines[0].split()[1] if lines else ""
    if len(source) > 600 and line.isdigit():
        glue = "\n" if isinstance(source, str) else b"\n"
        source = glue.join(source.split(glue)[max(0, int(line) - 4) : int(line) + 2])
    theirs, ours = ("\n".join(side[max(at - 1, 0) : at + 2])[:700] for side in (old, new))
    print(f"--- {name} {request[2] or ''} {request[3]} {source[:800]!r}\n  reference: {old[0][:200]}\n{theirs}\n  ours: {new[0][:200]}\n{ours}",
          flush=True)  # fmt: skip
    return f"{old[at][:50]} -> {new[at][:50]}" if at < min(len(old), len(new)) else "length"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program")
    for name in ("files", "tests", "texts", "mutate", "bytes", "edit"):
        parser.add_argument(f"--{name}", nargs="+", default=[])
    parser.add_argument("--count", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=20)
    parser.add_argument("--mode", default="exec")
    parser.add_argument("--flags", type=int, default=0)
    parser.add_argument("--optimize", type=int, default=0)
    parser.add_argument("--feature-version", type=int, default=-1)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--tree", action="store_true")
    parser.add_argument("--strict", action="store_true")
    options = parser.parse_args()
    here = os.path.abspath(__file__)
    reference = Worker([sys.executable, here, "--worker"], options.seconds)
    ours = Worker([options.program, here, "--worker"], options.seconds)
    total = same = errors = crashes = codes = 0
    kinds = collections.Counter()
    for name, request in requests(options):
        reference.ask(request)
        ours.ask(request)
        theirs, got = reference.hear(), ours.hear()
        if theirs.startswith(("CRASH", "HANG")) and not got.startswith(("CRASH", "HANG")):
            crashes += 1
            continue
        total += 1
        codes += theirs.count(" co_consts ")
        errors += bool(re.match(r"\w+(Error|Warning|Exception): ", theirs))
        if theirs == got:
            same += 1
        elif total - same <= options.show:
            kinds[difference(name, request, theirs, got)] += 1
    for kind, number in kinds.most_common(12):
        print(f"{number:6} {kind}")
    print(f"{same} of {total} the same ({errors} with an error, {codes} code objects); the reference crashed {crashes} times")
    return int(same != total)


if __name__ == "__main__":
    sys.exit(work() if sys.argv[1:] == ["--worker"] else main())

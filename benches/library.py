"""Modules that programs lean on: pickle, copy, logging, pprint, paths, arguments, data classes, text wrapping, csv, dates."""

import argparse
import copy
import csv
import dataclasses
import datetime
import enum
import functools
import io
import itertools
import logging
import pathlib
import pickle
import pprint
import re
import string
import struct
import textwrap
import typing

import pyperf


@dataclasses.dataclass
class Item:
    name: str
    price: float
    tags: list


class Colour(enum.Enum):
    RED = 1
    GREEN = 2
    BLUE = 3


@typing.runtime_checkable
class Sized(typing.Protocol):
    def area(self): ...


class Square:
    def __init__(self, side):
        self.side = side

    def area(self):
        return self.side**2


RECORDS = [{"id": n, "name": f"item {n}", "parts": [n, n / 3, None, (n, True)], "more": {"x": {"y": n}}} for n in range(60)]
ITEMS = [Item(f"item {n}", n * 1.5, ["a", "b", str(n)]) for n in range(40)]
ROWS = "".join(f"{n},name {n},{n / 7:.3f},\"quoted, {n}\"\r\n" for n in range(200))


def pickling():
    pickle.loads(pickle.dumps(RECORDS))
    pickle.loads(pickle.dumps(ITEMS, protocol=2))


def pickling_in_python():
    out = io.BytesIO()
    pickle._Pickler(out).dump(RECORDS[:10])
    pickle._Unpickler(io.BytesIO(out.getvalue())).load()


def copying():
    copy.deepcopy(RECORDS[:20])
    copy.deepcopy(ITEMS[:10])
    copy.copy(RECORDS)


def logs():
    stream = io.StringIO()
    logger = logging.Logger("bench")
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    for n in range(50):
        logger.debug("not shown %d", n)
        logger.info("number %d of %s", n, "many")


def pretty():
    pprint.pformat(RECORDS[:12])


def paths():
    for n in range(40):
        path = pathlib.PurePosixPath("/srv") / "data" / f"file{n}.tar.gz"
        (path.name, path.stem, path.suffixes, path.parent, path.with_suffix(".txt"), path.relative_to("/srv"), path.is_absolute())
    list(pathlib.Path(".").iterdir())


def arguments():
    parser = argparse.ArgumentParser(prog="bench", exit_on_error=False)
    parser.add_argument("files", nargs="*")
    for n in range(20):
        parser.add_argument(f"-{string.ascii_uppercase[n]}", f"--option-{n}", type=int, default=n, help=f"option {n}")
    parser.add_argument("--flag", action="store_true")
    parser.parse_args(["a", "b", "-A", "1", "--option-7=3", "--flag", "--option-9", "4"])
    parser.format_help()


def protocols():
    for n in range(60):
        isinstance(Square(n), Sized)
        isinstance(n, Sized)


def dates():
    day = datetime.datetime(2024, 2, 28, 12, 30, tzinfo=datetime.timezone.utc)
    for n in range(60):
        later = day + datetime.timedelta(days=n, seconds=n)
        later.isoformat(), later.strftime("%Y-%m-%d %H:%M"), later.weekday(), later - day
        datetime.datetime.fromisoformat(later.isoformat())


def rows():
    table = list(csv.reader(io.StringIO(ROWS, newline="")))
    csv.writer(io.StringIO(newline="")).writerows(table)


def classes():
    for n in range(20):
        dataclasses.replace(ITEMS[n], name="other") == ITEMS[n]
        dataclasses.asdict(ITEMS[n])
        Colour(n % 3 + 1).name, Colour["RED"].value, list(Colour)


def patterns():
    re.purge()
    for pattern in [r"(?P<year>\d{4})-(\d\d?)", r"[a-z]+(?:\s+\w+){2,5}?$", r"(?i)(foo|bar|baz)+\b", r"^\s*(\w+)\s*=\s*(.*?)\s*(#.*)?$"]:
        re.compile(pattern).search("some = text # 2024-12 foo bar")


def wrapping():
    textwrap.fill("the quick brown fox jumps over the lazy dog " * 20, 60)
    string.Template("$a and ${b}").substitute(a=1, b=2)


def binary():
    for n in range(100):
        struct.unpack("<IhQd", struct.pack("<IhQd", n, -n, n * n, n / 3))


def iterators():
    list(itertools.islice(itertools.chain.from_iterable(itertools.permutations(range(6), 3)), 300))
    for key, group in itertools.groupby(sorted(range(200), key=lambda n: n % 7), key=lambda n: n % 7):
        functools.reduce(lambda a, b: a + b, group)
    list(zip(itertools.count(), itertools.accumulate(range(100)), itertools.repeat(None, 100)))


KINDS = [
    pickling, pickling_in_python, copying, logs, pretty, paths, arguments, protocols, dates, rows, classes, patterns, wrapping,
    binary, iterators,
]

if __name__ == "__main__":
    runner = pyperf.Runner()
    for kind in KINDS:
        runner.bench_func("library_" + kind.__name__, kind)

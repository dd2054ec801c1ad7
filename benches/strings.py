"""Text: building, splitting, searching, formatting, encoding, regular expressions, JSON."""

import json
import re

import pyperf

TEXT = "the quick brown fox jumps over the lazy dog " * 100
WIDE = "naïve café – 東京 " * 100
PATTERN = re.compile(r"(\w+)\s+(\w+)")
DOCUMENT = json.dumps([{"id": n, "name": f"name{n}", "values": [n, n / 2, None, True]} for n in range(100)])


def concatenation():
    text = ""
    for n in range(2_000):
        text += "x"
    return text


def join_split():
    return " ".join(TEXT.split()).replace("fox", "cat").upper().find("DOG ZZ")


def formatting():
    for n in range(500):
        f"{n:>8} {n / 3:.3f} {n!r}"
        "%5d %s" % (n, n)
        "{:,} {}".format(n, n)


def characters():
    return sum(1 for character in TEXT if character == "o"), TEXT[::-1], WIDE[::2]


def encoding():
    return WIDE.encode().decode(), WIDE.encode("utf-16").decode("utf-16"), TEXT.encode("latin-1").decode("ascii")


def regex():
    return len(PATTERN.findall(TEXT)), PATTERN.sub(r"\2 \1", TEXT)


def json_round_trip():
    return json.dumps(json.loads(DOCUMENT))


def conversion():
    for n in range(1_000):
        int(str(n * 12345))
        float(repr(n / 7))


if __name__ == "__main__":
    runner = pyperf.Runner()
    for kind in [concatenation, join_split, formatting, characters, encoding, regex, json_round_trip, conversion]:
        runner.bench_func("strings_" + kind.__name__, kind)

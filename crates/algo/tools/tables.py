"""Writes src/unicode/data.bin: the Unicode tables, from the `unicodedata` module of the reference interpreter.

    python3.14 tools/tables.py            writes the tables
    python3.14 tools/tables.py --hashes   prints the hashes that src/unicode/tests.rs records

The blob is a header of section offsets (u32, little endian, one more than there are sections) and the sections in the
order of `Section` in src/unicode/tables.rs. Two-stage tables index blocks of 128 code points.
"""

import collections
import pathlib
import struct
import sys
import unicodedata as ucd

old = ucd.ucd_3_2_0
here = pathlib.Path(__file__).parent
LIMIT = 0x110000
BLOCK = 128
CHARS = [chr(c) for c in range(LIMIT)]

CATEGORIES = "Cn Lu Ll Lt Mn Mc Me Nd Nl No Zs Zl Zp Cc Cf Cs Co Lm Lo Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So".split()
BIDI = " L LRE LRO R AL RLE RLO PDF EN ES ET AN CS NSM BN B S WS ON LRI RLI FSI PDI".split(" ")
WIDTHS = "F H W Na A N".split()
TAGS = ["", "<compat>", "<noBreak>", "<super>", "<fraction>", "<font>", "<narrow>", "<initial>", "<medial>", "<final>",
        "<isolated>", "<wide>", "<vertical>", "<square>", "<circle>", "<sub>", "<small>"]

(ALPHA, DECIMAL, DIGIT, LOWER, LINEBREAK, SPACE, TITLE, UPPER, ID_START, ID_CONTINUE, PRINTABLE, NUMERIC, IGNORABLE,
 CASED, EXPANDS) = (1 << i for i in range(15))

HANGUL = range(0xAC00, 0xD7A4)  # computed, not stored


def compositions():
    for c, ch in enumerate(CHARS):
        text = "" if c in HANGUL else ucd.decomposition(ch)
        if text and not text.startswith("<") and len(text.split()) == 2:
            first, second = (int(p, 16) for p in text.split())
            if ucd.normalize("NFC", chr(first) + chr(second)) == ch:
                yield first, second, c


COMPOSITIONS = sorted(compositions())
COMBINING_SECONDS = {second for _, second, _ in COMPOSITIONS} | {*range(0x1161, 0x1176), *range(0x11A8, 0x11C3)}


def two_stage(values):
    """Index and blocks (both u16) of a list of small integers."""
    blocks, index = {}, []
    for start in range(0, LIMIT, BLOCK):
        block = tuple(values[start:start + BLOCK])
        index.append(blocks.setdefault(block, len(blocks)))
    flat = [value for block in blocks for value in block]
    return struct.pack(f"<{len(index)}H", *index), struct.pack(f"<{len(flat)}H", *flat)


def numbered(records):
    ids = {}
    return [ids.setdefault(record, len(ids)) for record in records], list(ids)


def final_sigma(text):
    return (text + "\u03a3").lower().endswith("\u03c2")


def type_record(c):
    ch = chr(c)
    flags = 0
    tests = [(ALPHA, ch.isalpha()), (DECIMAL, ch.isdecimal()), (DIGIT, ch.isdigit()), (LOWER, ch.islower()),
             (LINEBREAK, len((ch + "x").splitlines()) > 1), (SPACE, ch.isspace()), (TITLE, ucd.category(ch) == "Lt"),
             (UPPER, ch.isupper()), (ID_START, ch.isidentifier()), (ID_CONTINUE, ("a" + ch).isidentifier()),
             (PRINTABLE, ch.isprintable()), (NUMERIC, ch.isnumeric()),
             (IGNORABLE, not final_sigma(ch) and final_sigma("a" + ch)), (CASED, (ch + "a").title().endswith("a"))]
    for flag, holds in tests:
        flags |= flag * holds
    mapped = []
    for full in (ch.upper(), ch.lower(), ch.title(), ch.casefold()):
        mapped.append(ord(full[0]) - c)
        if len(full) > 1:
            flags |= EXPANDS
    return flags, ucd.decimal(ch, 255), int(ucd.digit(ch, 255)), *mapped


def property_record(c, db):
    ch = chr(c)
    checks = 0
    if db is ucd:
        for bit, form in enumerate(("NFC", "NFD", "NFKC", "NFKD")):
            # The bit says "not surely normalised": the reference's test settles "maybe" itself, so add those that may
            # combine with what is before them.
            if not db.is_normalized(form, ch) or bit in (0, 2) and c in COMBINING_SECONDS:
                checks |= 1 << bit
    return (CATEGORIES.index(db.category(ch)), BIDI.index(db.bidirectional(ch)), db.combining(ch),
            WIDTHS.index(db.east_asian_width(ch)) | db.mirrored(ch) << 7, checks)


class Pool:
    """Decompositions: tag, length, code points of three bytes."""

    def __init__(self):
        self.data, self.at = bytearray(), {}

    def add(self, text):
        tag, points = "", text.split()
        if points[0].startswith("<"):
            tag = points.pop(0)
        record = bytes([TAGS.index(tag), len(points)]) + b"".join(int(p, 16).to_bytes(3, "little") for p in points)
        if record not in self.at:
            self.at[record] = len(self.data)
            self.data += record
        return self.at[record]


def names_sections():
    named, algorithmic = [], collections.OrderedDict()
    for c, ch in enumerate(CHARS):
        name = ucd.name(ch, None)
        if name is None or 0xAC00 <= c <= 0xD7A3:
            continue
        suffix = f"-{c:04X}"
        if name.endswith(suffix):
            prefix = name[:-len(suffix) + 1]
            ranges = algorithmic.setdefault(prefix, [])
            if ranges and ranges[-1][1] == c - 1:
                ranges[-1][1] = c
            else:
                ranges.append([c, c])
            continue
        named.append((c, name))
    extra = []
    for line in (here / "extra_names.txt").read_text().splitlines():
        if not line.startswith("#"):
            name, points = line.split(";")
            points = [int(p, 16) for p in points.split()]
            assert ucd.lookup(name) == "".join(map(chr, points))
            extra.append((name, points))
    every = [name for _, name in named] + [name for name, _ in extra]
    words = collections.Counter(word for name in every for word in name.split())
    # Word 0 ends a name. Frequent words take one byte, the others two.
    order = [""] + [word for word, _ in words.most_common()]
    escape = next(e for e in range(255, 0, -1) if e + (256 - e) * 256 >= len(order))
    ids = {word: i for i, word in enumerate(order)}
    stream, starts = bytearray(), []
    for name in every:
        starts.append(len(stream))
        for word in name.split():
            i = ids[word]
            if i < escape:
                stream.append(i)
            else:
                stream += bytes([escape + ((i - escape) >> 8), (i - escape) & 255])
        stream.append(0)
    runs = []
    for number, (c, _) in enumerate(named):
        if runs and runs[-1][0] + runs[-1][1] == c:
            runs[-1][1] += 1
        else:
            runs.append([c, 1, number])
    by_name = sorted(range(len(every)), key=lambda i: every[i])
    sequences = bytearray()
    sequence_at = []
    for _, points in extra:
        sequence_at.append(len(sequences) // 3)
        for p in points:
            sequences += p.to_bytes(3, "little")
    sequence_at.append(len(sequences) // 3)
    text = "".join(order).encode("ascii")
    word_starts, at = [], 0
    for word in order + [""]:
        word_starts.append(at)
        at += len(word)
    return [
        struct.pack("<HHI", escape, len(named), len(every)),
        text,
        b"".join(struct.pack("<I", s)[:3] for s in word_starts),
        bytes(stream),
        struct.pack(f"<{len(starts[::32])}I", *starts[::32]),
        b"".join(struct.pack("<III", *run) for run in runs),
        struct.pack(f"<{len(by_name)}H", *by_name),
        bytes(sequences),
        struct.pack(f"<{len(sequence_at)}H", *sequence_at),
        b"".join(struct.pack("<IIB31s", lo, hi, len(prefix), prefix.encode())
                 for prefix, ranges in algorithmic.items() for lo, hi in ranges),
    ]


def sections():
    ids, records = numbered(map(type_record, range(LIMIT)))
    out = [*two_stage(ids), b"".join(struct.pack("<HBBiiii", *record) for record in records)]
    special = bytearray()
    for c, ch in enumerate(CHARS):
        fulls = [ch.upper(), ch.lower(), ch.title(), ch.casefold()]
        if any(len(full) > 1 for full in fulls):
            special += struct.pack("<13I", c, *(ord(x) for full in fulls for x in full.ljust(3, "\0")))
    out.append(bytes(special))
    numeric = [(c, ucd.numeric(ch)) for c, ch in enumerate(CHARS) if ucd.numeric(ch, None) is not None]
    out.append(b"".join(struct.pack("<Id", *entry) for entry in numeric))
    both, records = numbered([property_record(c, ucd) for c in range(LIMIT)]
                             + [property_record(c, old) for c in range(LIMIT)])
    out += [*two_stage(both[:LIMIT]), *two_stage(both[LIMIT:]), b"".join(map(bytes, records))]
    pool = Pool()
    pool.data += b"\0\0"
    decompositions = [0] * LIMIT
    entries = [0]
    for c, ch in enumerate(CHARS):
        text = "" if c in HANGUL else ucd.decomposition(ch)
        if text:
            entries.append(pool.add(text))
            decompositions[c] = len(entries) - 1
    old_decompositions = []
    old_decimals = []
    old_numbers = []
    for c, ch in enumerate(CHARS):
        if old.category(ch) == "Cn":
            continue
        if old.normalize("NFD", ch) != ucd.normalize("NFD", ch):
            old_decompositions.append((c, pool.add(f"{ord(old.normalize('NFD', ch)):X}")))
        if old.decimal(ch, None) != ucd.decimal(ch, None):
            old_decimals.append((c, old.decimal(ch, 255)))
        assert old.digit(ch, None) == ucd.digit(ch, None) and old.decomposition(ch) == ucd.decomposition(ch)
        if old.numeric(ch, None) != ucd.numeric(ch, None):
            old_numbers.append((c, old.numeric(ch, float("nan"))))
    out += [*two_stage(decompositions), struct.pack(f"<{len(entries)}I", *entries), bytes(pool.data)]
    out.append(b"".join(struct.pack("<III", *entry) for entry in COMPOSITIONS))
    out.append(b"".join(struct.pack("<II", *entry) for entry in old_decompositions))
    out.append(b"".join(struct.pack("<Id", *entry) for entry in old_numbers))
    out.append(b"".join(struct.pack("<II", *entry) for entry in old_decimals))
    return out + names_sections()


def hashes():
    """One hash per family of properties over all code points; tests.rs computes the same."""

    def digest(rows):
        h = 0xCBF29CE484222325
        for row in rows:
            for byte in (row + "\n").encode("utf-8", "surrogatepass"):
                h = (h ^ byte) * 0x100000001B3 & (1 << 64) - 1
        return h

    bits = lambda *tests: "".join("01"[bool(t)] for t in tests)
    points = lambda text: " ".join(f"{ord(x):X}" for x in text)
    print("types", hex(digest(bits(
        ch.isalpha(), ch.isalnum(), ch.isdecimal(), ch.isdigit(), ch.isnumeric(), ch.isspace(), ch.islower(),
        ch.isupper(), ch.istitle(), ch.isprintable(), ch.isidentifier(), ("a" + ch).isidentifier()) for ch in CHARS)))
    print("cases", hex(digest("|".join(map(points, (ch.upper(), ch.lower(), ch.title(), ch.casefold())))
                              for ch in CHARS)))
    for label, db in (("properties", ucd), ("old properties", old)):
        print(label, hex(digest(
            f"{db.category(ch)} {db.bidirectional(ch)} {db.combining(ch)} {db.east_asian_width(ch)} {db.mirrored(ch)}"
            f" {db.decimal(ch, None)} {db.digit(ch, None)} {db.decomposition(ch)}" for ch in CHARS)))
        for form in ("NFC", "NFD", "NFKC", "NFKD"):
            print(label, form, hex(digest(points(db.normalize(form, ch + "\u0301")) for ch in CHARS)))
    print("names", hex(digest(ucd.name(ch, "") for ch in CHARS)))
    print("old names", hex(digest(old.name(ch, "") for ch in CHARS)))


if __name__ == "__main__":
    if "--hashes" in sys.argv:
        hashes()
    else:
        parts = sections()
        header, at = [], 4 * (len(parts) + 1)
        for part in parts:
            header.append(at)
            at += len(part)
        header.append(at)
        blob = struct.pack(f"<{len(header)}I", *header) + b"".join(parts)
        (here.parent / "src/unicode/data.bin").write_bytes(blob)
        print(len(blob), [len(part) for part in parts])

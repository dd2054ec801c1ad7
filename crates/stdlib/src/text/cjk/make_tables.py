"""Makes tables/*.bin, one for each encoding, by asking the codecs of the Python that runs this (CPython 3.14).

Layout, little-endian, deflated: 256 classes of first bytes (0 itself, 1 lead, 2 invalid, 3 mapped); mapped bytes; pairs of
characters; rows of two-byte sequences (lead, first, last, three bytes a character: 0 for none, 0x800000 + n for pair n); rows of
three-byte sequences behind 0x8F; characters that are not written as the first sequence read for them; runs of four-byte
sequences (GB 18030). tables.rs reads it."""
import pathlib
import struct
import zlib

CODECS = """gb2312 gbk gb18030 big5 cp950 big5hkscs euc_kr cp949 johab shift_jis cp932 euc_jp shift_jis_2004 shift_jisx0213
euc_jis_2004 euc_jisx0213""".split()


def decoded(codec, sequence):
    try:
        return sequence.decode(codec)
    except UnicodeDecodeError as error:
        return "incomplete" if "incomplete" in error.reason else None


def rows(table, pairs, key):
    """The characters of sequences (lead, trail), lead by lead."""
    leads = {}
    for sequence, text in table.items():
        leads.setdefault(key(sequence), {})[sequence[-1]] = text
    out = struct.pack("<H", len(leads))
    for lead, row in sorted(leads.items()):
        first, last = min(row), max(row)
        out += bytes([lead, first, last])
        for trail in range(first, last + 1):
            text = row.get(trail, "\0")
            if len(text) == 2:
                if text not in pairs:
                    pairs.append(text)
                number = 0x800000 | pairs.index(text)
            else:
                number = ord(text)
            out += number.to_bytes(3, "little")
    return out


for codec in CODECS:
    classes, mapped, two, three = [], {}, {}, {}
    for byte in range(256):
        text = decoded(codec, bytes([byte]))
        if text == "incomplete":
            classes.append(1)
        elif text is None:
            classes.append(2)
        elif ord(text) == byte:
            classes.append(0)
        else:
            classes.append(3)
            mapped[byte] = text
    for lead in range(256):
        for trail in range(256):
            if classes[lead] == 1:
                text = decoded(codec, bytes([lead, trail]))
                if text not in (None, "incomplete"):
                    two[bytes([lead, trail])] = text
                elif text == "incomplete" and lead == 0x8F and codec.startswith("euc_j"):
                    for last in range(256):
                        text = decoded(codec, bytes([lead, trail, last]))
                        if text not in (None, "incomplete"):
                            three[bytes([lead, trail, last])] = text
    pairs = []
    body = rows(two, pairs, lambda sequence: sequence[0]) + rows(three, pairs, lambda sequence: sequence[1])
    written = {}
    for byte in range(256):
        if classes[byte] in (0, 3):
            written.setdefault(mapped.get(byte, chr(byte)), bytes([byte]))
    for table in (two, three):
        for sequence, text in sorted(table.items()):
            written.setdefault(text, sequence)
    runs, odd = [], {}
    for point in range(0x30000):
        if 0xD800 <= point < 0xE000:
            continue
        try:
            sequence = chr(point).encode(codec)
        except UnicodeEncodeError:
            sequence = b""
        if codec == "gb18030" and len(sequence) == 4:
            a, b, c, d = sequence
            linear = ((a - 0x81) * 10 + b - 0x30) * 1260 + (c - 0x81) * 10 + d - 0x30
            if point < 0x10000:
                if runs and runs[-1][0] + runs[-1][2] == linear and runs[-1][1] + runs[-1][2] == point:
                    runs[-1][2] += 1
                else:
                    runs.append([linear, point, 1])
            continue
        if len(sequence) == 8:
            continue
        if sequence != written.get(chr(point), b""):
            odd[point] = sequence
    out = bytes(classes) + struct.pack("<H", len(mapped))
    for byte, text in mapped.items():
        out += struct.pack("<BI", byte, ord(text))
    out += struct.pack("<H", len(pairs)) + b"".join(struct.pack("<II", *map(ord, text)) for text in pairs)
    out += body + struct.pack("<I", len(odd))
    for point, sequence in odd.items():
        out += struct.pack("<IB", point, len(sequence)) + sequence
    out += struct.pack("<H", len(runs)) + b"".join(struct.pack("<III", *run) for run in runs)
    folder = pathlib.Path(__file__).parent / "tables"
    folder.mkdir(exist_ok=True)
    (folder / f"{codec}.bin").write_bytes(zlib.compress(out, 9))

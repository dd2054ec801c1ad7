"""tabulate: tables in many formats, with alignment, numbers, wide characters, wrapping and missing values."""
import datetime
from collections import namedtuple
from dataclasses import dataclass
from decimal import Decimal

from tabulate import SEPARATING_LINE, simple_separated_format, tabulate, tabulate_formats

rows = [["apple", 1.5, 10], ["fig & pear", 22.255, None], ["nut|", -0.001, 1000000]]
headers = ["name", "price", "stock"]
for form in tabulate_formats:
    print(f"-- {form}")
    print(tabulate(rows, headers, tablefmt=form))
print(tabulate(rows, headers, floatfmt=".2f", intfmt=",", missingval="?", colalign=("right", "decimal", "center"), showindex=True))
print(tabulate([["é", "日本"], ["ab", "c"]], ["x", "ﬁ"], tablefmt="grid"))
print(tabulate({"a": [1, 2], "b": ["x", "y"]}, headers="keys", tablefmt="pipe", numalign="left", stralign="right"))
print(tabulate([{"a": 1, "b": 2}, {"a": 3, "c": 4}], headers={"a": "A", "c": "C"}), tabulate([], headers="keys"), tabulate([[]]), sep="|\n")
Row = namedtuple("Row", "left right")


@dataclass
class Item:
    name: str
    when: datetime.date


print(tabulate([Row(1, "a"), Row(2, "b")], headers="keys", tablefmt="psql"))
print(tabulate([Item("x", datetime.date(2024, 2, 29))], headers="keys", tablefmt="rst"))
print(tabulate([["a long text that must be wrapped", 1], ["two\nlines", 2]], tablefmt="grid", maxcolwidths=[12, None], headers=["text here", "n"], maxheadercolwidths=[5, None]))
print(tabulate([["1e5", "0x10", "007", "1_000", True, Decimal("1.10")], ["x", "1", "2", "3", False, Decimal("22")]], disable_numparse=[2]))
print(tabulate([["a", 1], SEPARATING_LINE, ["total", 1]], tablefmt="simple"), tabulate([["1", "\x1b[31mred\x1b[0m"]], tablefmt="plain").encode(), sep="\n")
print(tabulate([["x", "y"]], tablefmt=simple_separated_format("; ")), tabulate([[1, 2]], ["a", "b"], tablefmt="html")._repr_html_() is not None)
try:
    tabulate([1, 2])
except TypeError as error:
    print(error)
try:
    tabulate(rows, showindex=["only one"])
except ValueError as error:
    print(error)

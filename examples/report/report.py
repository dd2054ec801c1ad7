"""Sums up a CSV file of sales in a table: report.py sales.csv --by region"""

import argparse
import collections
import contextlib
import csv
import dataclasses
import datetime
import json
import pathlib
import re
import statistics
import sys


@dataclasses.dataclass(frozen=True, slots=True)
class Sale:
    order: str
    date: datetime.date
    region: str
    product: str
    channel: str
    quantity: int
    price: float

    @classmethod
    def parse(cls, row, pattern):
        if not pattern.match(row["order"]):
            raise ValueError(f"strange order number: {row['order']!r}")
        day = datetime.date.fromisoformat(row["date"])
        return cls(row["order"], day, row["region"], row["product"], row["channel"], int(row["quantity"]), float(row["price"]))

    @property
    def total(self):
        return self.quantity * self.price


class Refused(collections.Counter):
    """Rows that could not be read, by reason."""

    def __str__(self):
        return ", ".join(f"{count} x {reason}" for reason, count in sorted(self.items())) or "none"


@contextlib.contextmanager
def section(title):
    print(f"{title}\n{'=' * len(title)}")
    try:
        yield
    finally:
        print()


def read(path, pattern, refused):
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            try:
                yield Sale.parse(row, pattern)
            except ValueError as error:
                refused[str(error)] += 1


def table(groups, targets, currency):
    yield f"{'':12}{'sales':>7}{'total':>16}{'mean':>10}{'median':>10}{'stdev':>10}{'target':>9}"
    for name, sales in sorted(groups.items(), key=lambda item: -sum(sale.total for sale in item[1])):
        totals = [sale.total for sale in sales]
        target = targets.get(name)
        reached = f"{sum(totals) / target:.1%}" if target else "-"
        yield (f"{name:12}{len(sales):7,}{currency}{sum(totals):>15,.2f}{statistics.fmean(totals):10.2f}"
               f"{statistics.median(totals):10.2f}{statistics.stdev(totals):10.2f}{reached:>9}")


def main():
    parser = argparse.ArgumentParser(description="Sum up a CSV file of sales.")
    parser.add_argument("file", type=pathlib.Path)
    parser.add_argument("--by", choices=["region", "product", "channel", "month"], default="region", help="what to group by")
    options = parser.parse_args()
    settings = json.loads(pathlib.Path(__file__).with_name("targets.json").read_text(encoding="utf-8"))
    refused, groups = Refused(), collections.defaultdict(list)
    try:
        for sale in read(options.file, re.compile(settings["order_pattern"]), refused):
            groups[f"{sale.date:%Y-%m}" if options.by == "month" else getattr(sale, options.by)].append(sale)
    except (OSError, KeyError) as error:
        sys.exit(f"report.py: cannot read {options.file}: {error}")
    with section(f"Sales by {options.by}"):
        for line in table(groups, settings["targets"], settings["currency"]):
            print(line)
    print(f"Refused rows: {refused}")


if __name__ == "__main__":
    main()

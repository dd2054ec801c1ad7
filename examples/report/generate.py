"""Writes sales.csv and targets.json, the same bytes on every run: a fixed seed and our own small generator.

Run it from anywhere: python generate.py
"""

import csv
import datetime
import json
import pathlib

HERE = pathlib.Path(__file__).resolve().parent
REGIONS = {"North": 4, "South": 3, "East": 2, "West": 3, "Overseas": 1}
PRODUCTS = {"Kettle": 2990, "Lamp": 4500, "Chair": 12900, "Desk": 34900, "Rug": 7800, "Clock": 1995, "Shelf": 8800}
CHANNELS = ["shop", "web", "phone"]


def numbers(seed):
    """A linear congruential generator: unlike `random`, the same everywhere and for ever."""
    state = seed
    while True:
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        yield state >> 33


def pick(stream, items):
    return items[next(stream) % len(items)]


def rows(count, seed=314):
    stream = numbers(seed)
    weighted = [name for name, weight in REGIONS.items() for _ in range(weight)]
    start = datetime.date(2024, 1, 1)
    for number in range(1, count + 1):
        product = pick(stream, list(PRODUCTS))
        quantity = 1 + next(stream) % 9
        cents = PRODUCTS[product] * (90 + next(stream) % 21) // 100
        price = f"{cents // 100}.{cents % 100:02}"
        if number % 997 == 0:
            price = "n/a"  # ten rows that a careful reader must refuse
        day = start + datetime.timedelta(days=next(stream) % 731)
        order = f"{pick(stream, 'ABC')}{day.year % 100}-{number:05}"
        yield [order, day.isoformat(), pick(stream, weighted), product, pick(stream, CHANNELS), quantity, price]


def main():
    with open(HERE / "sales.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["order", "date", "region", "product", "channel", "quantity", "price"])
        writer.writerows(rows(10_000))
    targets = {
        "currency": "€",
        "order_pattern": "^(?P<office>[A-C])(?P<year>[0-9]{2})-[0-9]{5}$",
        "targets": {"North": 2_500_000, "South": 2_000_000.5, "East": 1_250_000, "West": None, "Overseas": 7.5e5},
    }
    (HERE / "targets.json").write_text(json.dumps(targets, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

"""A little of what most programs do, for `cargo xtask start-layout` to see which machine code that is."""
import collections
import functools
import re

Point = collections.namedtuple("Point", "x y")


class Shape:
    kinds = {}

    def __init__(self, name, *points, **options):
        self.name, self.points, self.options = name, points, options

    def __init_subclass__(cls, **rest):
        super().__init_subclass__(**rest)
        Shape.kinds[cls.__name__.lower()] = cls

    @property
    def size(self):
        return len(self.points)

    @functools.lru_cache
    def total(self):
        return sum(point.x * point.y for point in self.points)

    def __repr__(self):
        return f"{type(self).__name__}({self.name!r}, {self.size:>3d}, {self.total():.2f})"

    def __lt__(self, other):
        return self.name < other.name


class Polygon(Shape):
    pass


def steps(count):
    try:
        for index in range(count):
            sent = yield index
            if sent:
                yield -sent
    finally:
        steps.ended = True


def parts(text):
    for line in text.splitlines():
        name, _, rest = line.partition(":")
        numbers = [float(part) for part in rest.split(",") if part.strip()]
        yield name.strip(), numbers


shapes = [Polygon("p%d" % index, *(Point(k, k * 0.5) for k in range(index)), color="red") for index in range(12)]
shapes += [Shape.kinds["polygon"]("q", Point(1, 2))]
counts = collections.Counter(shape.size for shape in sorted(shapes))
words = collections.defaultdict(list)
for match in re.finditer(r"(?P<word>[a-z]+)(\d*)", "some words1 and 22 more words333 éà"):
    words[len(match["word"])].append(match.group(0).upper())
values = dict(parts("a: 1, 2.5, 3\nb: 4e3\nc:"))
generator = steps(5)
taken = [next(generator), generator.send(3), *generator]
texts = [str(index) + "," + repr(index * 1.5) for index in range(300)] + [f"s{index}" for index in range(300)]
joined = ";".join(texts).replace(",", " ").encode().decode()
found = {text for text in texts if text.endswith("5")} | set(words) - {1, 2}
big = 2**200 // 3 % 1000 + int("123456789" * 3) + hash(joined)
table = {index: [index, (index, str(index))] for index in range(500)}
for key in list(table)[::2]:
    del table[key]
table.update(x=1, **{"y": b"bytes" + bytes(3)})
for attempt in (lambda: [][1], lambda: {}["key"], lambda: int("x"), lambda: None.attribute, lambda: 1 / 0, lambda: undefined):
    try:
        attempt()
    except (LookupError, ValueError) as error:
        shapes.append(str(error))
    except Exception as error:
        shapes.append(type(error).__name__ + repr(error.args))
with open(__file__, encoding="utf-8") as file:
    lines = [line.rstrip() for line in file if line and not line.startswith("#")]
print(shapes, counts.most_common(2), dict(words), values, taken, len(joined), len(found), big, len(table), len(lines))

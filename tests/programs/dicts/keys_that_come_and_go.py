"""One key comes and goes, beside others that stay: places are used again, and order is kept."""
few = {}
for number in range(1000):
    few["key"] = number
    assert few == {"key": number}
    del few["key"]
print(few, len(few))

some = {name: name for name in "abc"}
for number in range(1000):
    some[number % 7] = number
    if number % 3 == 0:
        some.pop(number % 5, None)
print(some)

# A loop notices what it removes itself.
seen = []
table = {"x": 1}
try:
    for key in table:
        seen.append(key)
        del table[key]
        if len(seen) < 4:
            table["y" * len(seen)] = 1
except RuntimeError as error:
    print(error)
print(seen, table)


class Clash:
    def __init__(self, name):
        self.name = name

    def __hash__(self):
        return 1

    def __eq__(self, other):
        return isinstance(other, Clash) and self.name == other.name

    def __repr__(self):
        return self.name


clashing = {}
for step in range(60):
    clashing[Clash(f"k{step % 4}")] = step
    if step % 2:
        del clashing[Clash(f"k{(step - 1) % 4}")]
print(clashing, Clash("k3") in clashing, Clash("k0") in clashing)

# Floats that lie half way between two shortest forms: the one that ends in an even digit is shown.
import random

chooser = random.Random(5)
print(99.998809814453125, 54.497550964355469, 5e-324, 2**-24 + 2**-3)
for places in range(40, 53, 3):
    for _ in range(6):
        whole = chooser.randrange(2 ** (53 - places)) | 1
        value = whole + (chooser.randrange(2**places) | 1) / 2**places
        print(repr(value), f"{value:.17g}")
for exponent in range(14, 20):
    value = (chooser.randrange(2**52) | 1) / 2**exponent
    print(value, -value, complex(0, value))
print([2.0**-places for places in range(1, 60)])

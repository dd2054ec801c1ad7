"""Rounding to few digits is exact: halves go to the even neighbour."""
for value in (0.125, 0.375, 2.5, 1e22, 123456.789, 5e-324, 0.05, 1 / 3, 99999.5, 1e300):
    print(f"{value:.2f} {value:.0f} {value:g} {value:.3e} {value:10.1f}|{value!r}")
print("%.3f %5.1f %g" % (2.0005, -0.05, 1e-5), round(2.675, 2), float("1_000.5"))

"""Complex numbers: a small Mandelbrot set as text."""
for y in range(-10, 11, 2):
    row = ""
    for x in range(-40, 20, 2):
        z, c, n = 0j, complex(x / 20, y / 10), 0
        while abs(z) < 2 and n < 30:
            z = z * z + c
            n += 1
        row += " .:-=+*#%@"[n // 3 - (n == 30)]
    print(row)

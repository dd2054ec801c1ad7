"""[[]] * n shares; copies are shallow."""
a = [[0] * 2] * 2; a[0][0] = 1; print(a); b = [[0] * 2 for _ in range(2)]; b[0][0] = 1; print(b); c = b[:]; c[0].append(9); c.append(0); print(b, c)

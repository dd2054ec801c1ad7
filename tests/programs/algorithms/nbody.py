"""Floating point: the n-body simulation's energy after a few steps."""
PI = 3.14159265358979323
bodies = [([0.0, 0.0, 0.0], [0.0, 0.0, 0.0], 4 * PI * PI), ([4.84143144246472090e+00, -1.16032004402742839e+00, -1.03622044471123109e-01], [1.66007664274403694e-03 * 365.24, 7.69901118419740425e-03 * 365.24, -6.90460016972063023e-05 * 365.24], 9.54791938424326609e-04 * 4 * PI * PI), ([8.34336671824457987e+00, 4.12479856412430479e+00, -4.03523417114321381e-01], [-2.76742510726411667e-03 * 365.24, 4.99852801234917238e-03 * 365.24, 2.30417297573763929e-05 * 365.24], 2.85885980666130812e-04 * 4 * PI * PI)]
pairs = [(bodies[i], bodies[j]) for i in range(3) for j in range(i + 1, 3)]
def advance(dt, n):
    for _ in range(n):
        for ([x1, y1, z1], v1, m1), ([x2, y2, z2], v2, m2) in pairs:
            dx, dy, dz = x1 - x2, y1 - y2, z1 - z2
            mag = dt * ((dx * dx + dy * dy + dz * dz) ** -1.5)
            b1m, b2m = m1 * mag, m2 * mag
            v1[0] -= dx * b2m; v1[1] -= dy * b2m; v1[2] -= dz * b2m
            v2[0] += dx * b1m; v2[1] += dy * b1m; v2[2] += dz * b1m
        for r, [vx, vy, vz], m in bodies:
            r[0] += dt * vx; r[1] += dt * vy; r[2] += dt * vz
def energy():
    e = sum(m * (vx * vx + vy * vy + vz * vz) / 2 for _, [vx, vy, vz], m in bodies)
    for ((x1, y1, z1), _, m1), ((x2, y2, z2), _, m2) in pairs:
        e -= m1 * m2 / (((x1 - x2) ** 2 + (y1 - y2) ** 2 + (z1 - z2) ** 2) ** 0.5)
    return e
print(f"{energy():.9f}"); advance(0.01, 500); print(f"{energy():.9f}", f"{bodies[1][0][0]:.9f}")

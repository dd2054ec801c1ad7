"""Slices as targets: growing, shrinking, extended, deleting."""
a = list(range(8))
a[1:3] = ["x"] * 4; print(a); a[::3] = "abcd"[: len(a[::3])]; print(a); a[2:2] = [0]; print(a); del a[-3:]; print(a); del a[::2]; print(a); a[:] = []; print(a)

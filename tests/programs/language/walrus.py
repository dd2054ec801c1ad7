"""Assignment expressions: conditions, comprehensions, nesting and scope."""
if (n := len("hello")) > 3:
    print(n)
while (n := n - 1) > 2:
    print("loop", n)
print([y := 1, y ** 2, y + 1])
print([last := x for x in range(5)], last)
def scope():
    values = [half := x // 2 for x in (5, 7)]
    return half, values
print(scope())
print((a := 1, b := 2), a, b)
print(f"{(z := 3)} {z}", {(k := "key"): (v := 1)}, k, v)
total = 0
print([total := total + x for x in range(1, 6)], total)
print(any((hit := x) > 2 for x in range(10)), hit)
lambda: (q := 1)

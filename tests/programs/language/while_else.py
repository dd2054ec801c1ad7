"""while and for with else, break and continue, nested."""
def search(items, wanted):
    for index, item in enumerate(items):
        if item is None:
            continue
        if item == wanted:
            print("found at", index)
            break
    else:
        print("not found")
    n = 0
    while n < 5:
        n += 1
        if n == wanted:
            break
    else:
        return "loop ran out"
    return n

print(search([1, None, 3], 3))
print(search([1, None, 3], 7))
for i in range(3):
    for j in range(3):
        if j == i:
            break
        print(i, j)
    else:
        print("never for", i)
for _ in []:
    pass
else:
    print("empty loop has its else")
while True:
    try:
        break
    finally:
        print("finally on break")
for i in range(2):
    try:
        continue
    finally:
        print("finally on continue", i)

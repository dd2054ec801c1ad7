# Every arrangement of small pools.
from itertools import combinations, combinations_with_replacement, permutations, product

for n in range(5):
    for r in range(6):
        every = list(permutations(range(n), r))
        print(n, r, len(every), len(set(every)), every[-2:], list(combinations(range(n), r))[-2:],
              list(combinations_with_replacement(range(n), r))[-2:])
print(list(product("ab", range(2), repeat=2))[:6], list(product()), list(product([], [1])))
for bad in (lambda: product([1], repeat=-1), lambda: combinations([1], -1), lambda: permutations([1], "a"), lambda: product(x=1)):
    try:
        bad()
    except Exception as error:
        print(type(error).__name__, error)

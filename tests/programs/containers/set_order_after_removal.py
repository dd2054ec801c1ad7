# A set's order shows where its elements lie: a new one takes the last place on its way that was given up.
for last in 2, 5:
    numbers = {1, 9, 17, last}
    numbers.discard(1)
    numbers.discard(9)
    numbers.add(25)
    print(numbers)
numbers = {1, 2, 3}
numbers ^= {1}
numbers ^= {1}
print(numbers)
# A difference from a much larger set is a copy with elements taken out: what stays keeps its place.
numbers = {number * 8 for number in (0, 4, 5, 1, 6, 2, 7, 3)}
print(numbers - set(), numbers - {32}, numbers - {0, 8, 16})
print(numbers.difference({32: None}), numbers.difference([32, 40]))
numbers -= set(range(0, 64, 16))
print(numbers)
# Room for a dict's keys is made at once.
print({4096, 17}.union(dict.fromkeys(range(0, 640, 64))))
odd = {3, 64}
odd.symmetric_difference_update(dict.fromkeys([128, 64, 0, 192, 3, 8]))
print(odd)

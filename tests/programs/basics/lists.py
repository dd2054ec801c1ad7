"""A list grows, shrinks and is walked."""
items = [1, 2]
items.append(3)
items[0] = "one"
print(items, len(items), items.pop(), items)
for item in items:
    print(item)

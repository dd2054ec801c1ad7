"""A dict is filled, read and walked in order."""
ages = {"ann": 30}
ages["bob"] = 25
print(ages["ann"], ages.get("eve"), "bob" in ages)
for name, age in ages.items():
    print(name, age)

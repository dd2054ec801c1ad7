"""Methods that change a list give None."""
a = [2, 1]
print(a.append(3), a.sort(), a.reverse(), a.insert(0, 5), a.extend([]), a.remove(5), a.clear(), a)

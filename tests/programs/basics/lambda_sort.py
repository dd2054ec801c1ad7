"""sorted with a key, map and filter."""
words = ["pear", "fig", "banana"]
print(sorted(words, key=lambda w: len(w)), list(map(str.upper, words)), list(filter(lambda w: "a" in w, words)))

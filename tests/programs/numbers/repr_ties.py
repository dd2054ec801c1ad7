# Half way between two texts of 17 digits the even one is the repr.
for numerator, places in [(1, 25), (3, 24), (1049, 20), (10485, 20), (-1, 25)]:
    number = numerator / 2**places
    print(repr(number), str(number), f"{number!r:>30}", complex(0, number))

"""Indexes and slices of str, list, tuple, range, bytes."""
for seq in ("abcdef", [0, 1, 2, 3, 4, 5], (0, 1, 2, 3, 4, 5), range(6), b"abcdef", "aéя日🐍z"):
    print(seq[0], seq[-1], seq[1:3], seq[:2], seq[-2:], seq[::2], seq[::-1], seq[4:1:-1], seq[10:], seq[-10:2], seq[3:3], seq[:], seq[5:0:-2], seq[-1:-7:-1], len(seq[1:-1]))
    for bad in (6, -7, 10**30, "a", 1.0, None):
        try:
            seq[bad]
        except (IndexError, TypeError) as error:
            print(type(error).__name__, error)
    try:
        seq[::0]
    except ValueError as error:
        print(error)
    try:
        seq["a":]
    except TypeError as error:
        print(error)
s = slice(1, 10, 2)
print(s, s.indices(6), s.start, s.stop, s.step, slice(None), slice(5), s == slice(1, 10, 2), slice(None, None, -1).indices(4), hash(slice(1)) == hash(slice(1)))
class I:
    def __index__(self): return 2
print("abcdef"[I()], "abcdef"[I():], [1, 2, 3][I()], "abcdef"[True], "x"[-True])
class G:
    def __getitem__(self, key): return key
print(G()[1], G()[1:2], G()[::2], G()[1, 2:3], G()[...], G()[()], G()[1,], G()[:, ...], G()["a":"b"], G()[*range(2), 5])
try:
    slice(1, 2).indices(-1)
except ValueError as error:
    print(error)
print(range(0, 100, 7)[2:8:2], range(10)[::-1][1:3], range(5, 0, -2)[1], range(10**30)[10**29], len(range(0)), range(3) == range(0, 3, 1), range(0) == range(5, 5), hash(range(3)) == hash(range(0, 3)))

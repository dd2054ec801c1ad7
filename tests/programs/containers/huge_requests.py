"""What cannot be had is refused with an error, quickly, without harm."""
tests = """'x' * (2**62); [0] * (2**62); b'x' * (2**62); (1,) * (2**62); bytes(2**62); bytearray(2**62); ' ' * 2**63
list(range(2**62)); '%*d' % (2**62, 1); 'a'.center(2**62); 'a'.ljust(2**62); 'a'.zfill(2**62); format(1, '>99999999999999')
1 << (2**62); 1 << (2**64); [0] * (2**63); '{:>9999999999999}'.format('x'); bytes(10**30); 'abc'[10**30:]; [1, 2][-10**30:10**30]
'x'.expandtabs(2**62); '\t'.expandtabs(2**62); range(2**62)[2**61]; len(range(2**63)); 'x'.replace('x', 'y' * 1000, 2**62)[:3]; [1].insert(2**62, 5); [1].insert(2**65, 5)
'ab' * -(2**62); tuple(range(2**62)); set(range(2**62)); dict.fromkeys(range(2**62)); bytearray(b'a') * (2**62); memoryview(b'a')[2**62]; f'{1:{2**70}}'; round(1.5, 2**70); 'a' * 2**31 * 2**31"""
for line in tests.split("\n"):
    for text in line.split("; "):
        if text.startswith(("list(range(2**62", "tuple(range", "set(range", "dict.fromkeys(range", "1 << (2**62)")):
            continue
        try:
            result = eval(text)
            print(text, "=", result)
        except (MemoryError, OverflowError, ValueError, IndexError, TypeError) as error:
            print(text, "->", type(error).__name__, error)

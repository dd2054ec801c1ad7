"""The same for built-in functions and methods."""
calls = """len(); len(1); len(1, 2); len(x=1); abs(); abs('x'); ord('ab'); ord(1); chr(-1); chr('x'); [].append(); [].append(1, 2)
[].pop(1, 2); [].pop('x'); [].insert(1); {}.get(); {}.get(1, 2, 3); 'x'.join(); 'x'.join(5); 'x'.join([1]); 'x'.split(1)
'x'.replace('a'); 'x'.startswith(1); int('x'); int('12', 99); int([]); int('5', base='x'); int(1, 2); float('x'); float([])
isinstance(1); isinstance(1, 5); issubclass(1, int); range(); range(1, 2, 3, 4); range(1.5); range(1, 2, 0); sorted(); sorted(1)
sorted([1], 2); max(); max(1); max([]); sum(1); sum(['a']); sum([1], 'x'); zip(1); map(); enumerate(); iter(1); next(1); next(iter([]))
round('x'); divmod(1); pow(1); pow(2, -1, 0); hex('x'); bytes('x'); bytes(-1); bytes([256]); bytes(['x']); list(1); tuple(1)
dict(1); dict([1]); dict([(1, 2, 3)]); set(1); frozenset(1); str(b'x', 'nowhere'); str(1, 'utf-8'); type(); type(1, 2); object(1)
getattr(1); getattr(1, 2); getattr(1, 'zz'); setattr(1, 'x', 2); hasattr(1, 1); hash([]); hash({}); id(); callable(); repr()
print(sep=1); print(end=1); print(nothing=1); open(); input(1, 2); slice(); reversed(1); reversed({1}); any(1); bool(1, 2); complex('x')
super(); vars(1); eval(1); exec(1); compile('1', 'f', 'bad'); format(1, 'q'); format(1, 2); ascii(); bin(1.5); memoryview(1)"""
for line in calls.split("\n"):
    for call in line.split("; "):
        try:
            print(call, "=", eval(call))
        except Exception as error:
            print(call, "->", type(error).__name__, error)

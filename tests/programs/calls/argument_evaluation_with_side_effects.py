"""The callable is evaluated before its arguments, and arguments left to right."""
log = []
def note(x): log.append(x); return x
class F:
    def __getattr__(self, n): log.append("attr " + n); return lambda *a, **k: log.append("called")
f = F(); f.method(note(1), *[note(2)], k=note(3), **{"z": note(4)}); print(log)

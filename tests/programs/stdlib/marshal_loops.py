# Values that contain themselves, and files that lie.
import io
import marshal

pair = ([],)
pair[0].append(pair)
again = marshal.loads(marshal.dumps(pair))
print(again[0][0] is again, marshal.loads(b"\xa8\x01\x00\x00\x00{Nr\x00\x00\x00\x000")[0].keys())

loop = slice([], None)
loop.start.append(loop)
looping_code = compile("1", "<test>", "eval")
inner = []
looping_code = looping_code.replace(co_consts=(inner,))
inner.append(looping_code)
for value in (loop, looping_code):
    try:
        marshal.dumps(value)
    except ValueError as error:
        print(error)
inner.clear()


class Liar(io.BytesIO):
    def readinto(self, buffer):
        return super().readinto(buffer) + (1000 if len(buffer) > 4 else 0)


for file in (Liar(marshal.dumps("0123456789")), io.StringIO("N"), io.BytesIO(b"i\0")):
    try:
        marshal.load(file)
    except (ValueError, TypeError, EOFError) as error:
        print(type(error).__name__, error)

"""async for, async with, async generators and comprehensions, driven by hand."""
def run(coroutine):
    try:
        while True: print("suspended with", coroutine.send(None))
    except StopIteration as stop:
        return stop.value
class Sleep:
    def __await__(self): yield "zzz"
class AIter:
    def __init__(self, n): self.i, self.n = 0, n
    def __aiter__(self): return self
    async def __anext__(self):
        if self.i >= self.n: raise StopAsyncIteration
        self.i += 1
        if self.i == 2: await Sleep()
        return self.i
class ACM:
    async def __aenter__(self): print("aenter"); return "res"
    async def __aexit__(self, kind, value, trace): print("aexit", kind and kind.__name__); return kind is ValueError
async def agen(n):
    try:
        for i in range(n):
            got = yield i
            if got: print("got", got)
    finally:
        print("agen finally")
async def main():
    async for x in AIter(3): print("x", x)
    else: print("else")
    async with ACM() as r: print(r)
    async with ACM(): raise ValueError("suppressed")
    print([i async for i in AIter(3) if i != 2], {i: i async for i in AIter(2)}, {i async for i in agen(2)})
    print([await one(i) for i in range(2)], [x async for x in (i * 2 async for i in agen(2))])
    g = agen(3)
    print(await g.__anext__(), await g.asend("hi"), await anext(g), await anext(g, "default"))
    h = agen(3); await anext(h); await h.aclose()
    k = agen(3); await anext(k)
    try:
        await k.athrow(KeyError("k"))
    except KeyError as error:
        print("athrow", error)
    try:
        async for x in 5: pass
    except TypeError as error:
        print(error)
    try:
        async with 5: pass
    except TypeError as error:
        print(error)
    return "done"
async def one(i): await Sleep(); return i + 100
print(run(main()))

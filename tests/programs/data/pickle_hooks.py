"""Persistent ids, reducers, dispatch tables; errors say where they happened."""
import copyreg
import io
import pickle


class Named(pickle.Pickler):
    def persistent_id(self, obj):
        return "the answer" if obj == 42 else None

    def reducer_override(self, obj):
        return (complex, (1, 2)) if isinstance(obj, set) else NotImplemented


class Names(pickle.Unpickler):
    def persistent_load(self, pid):
        return {"the answer": 42}[pid]

    def find_class(self, module, name):
        print("find", module, name)
        return super().find_class(module, name)


out = io.BytesIO()
Named(out).dump([42, {1}])
print(Names(io.BytesIO(out.getvalue())).load())
out = io.BytesIO()
pickler = pickle.Pickler(out)
pickler.dispatch_table = {range: lambda r: (list, (list(r),))} | copyreg.dispatch_table
pickler.dump(range(3))
print(pickle.loads(out.getvalue()), pickler.memo.copy().__class__)
for bad in ([1, {"k": lambda: 0}], b"", b"\x80\x06.", b"(.", b"cos\nnothing\n."):
    try:
        print(pickle.loads(bad) if isinstance(bad, bytes) else pickle.dumps(bad))
    except Exception as error:
        print(type(error).__name__, str(error).split(" at 0x")[0], getattr(error, "__notes__", []))

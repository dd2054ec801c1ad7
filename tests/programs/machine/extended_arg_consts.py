"""More than 255 and 65,536 constants, names and locals: arguments with EXTENDED_ARG."""
import dis
source = "def f():\n  return [" + ", ".join(f"'c{i}'" for i in range(300)) + ", x]\nx = 1"
ns = {}
exec(source, ns)
r = ns["f"](); print(len(r), r[0], r[255], r[256], r[299], r[300])
source = "def f():\n" + "".join(f"  v{i} = {i * 1000 + 7}\n" for i in range(400)) + "  return " + " + ".join(f"v{i}" for i in range(400))
ns = {}; exec(source, ns); print(ns["f"](), ns["f"].__code__.co_nlocals)
source = "".join(f"n{i} = {i}.5\n" for i in range(70_000)) + "total = n0 + n255 + n256 + n65535 + n65536 + n69999"
ns = {}; exec(source, ns); print(ns["total"])
print(sum(i.opname == "EXTENDED_ARG" for i in dis.get_instructions(compile(source, "f", "exec"), show_caches=False)) > 100_000)
def many_names(o):
    pass
source = "def g(o):\n" + "".join(f"  o.attr{i} = {i}\n" for i in range(300)) + "  return o.attr0 + o.attr255 + o.attr256 + o.attr299"
class O: pass
ns = {}; exec(source, ns); print(ns["g"](O()), ns["g"](O()))
source = "def outer():\n" + "".join(f"  v{i} = {i}\n" for i in range(300)) + "  def inner(): return " + "+".join(f"v{i}" for i in range(300)) + "\n  return inner()"
ns = {}; exec(source, ns); print(ns["outer"]())

# Methods without parameters, or with one, tell their signatures; so do classes whose docstrings begin with one.
import gc
import inspect
import os
import time


def tell(what, thing):
    try:
        print(what, inspect.signature(thing))
    except ValueError as error:
        print(what, "none")


for name in ["upper", "isalnum", "title", "maketrans"]:
    tell(f"bytes.{name}", getattr(bytes, name))
tell("range.count", range.count)
tell("range(3).index", range(3).index)
tell("slice.indices", slice.indices)
tell("property.getter", property.getter)
tell("property.__set_name__", property.__set_name__)
tell("generator.send", (i for i in ()).send)
tell("classmethod.__class_getitem__", classmethod.__class_getitem__)
tell("time.struct_time.__replace__", time.struct_time.__replace__)
tell("os.stat_result.__reduce__", os.stat_result.__reduce__)
tell("gc.set_threshold", gc.set_threshold)


class Written:
    """Written(a, b=2)\n--\n\nAs native classes are documented."""


print(Written.__text_signature__)
print(str.maketrans.__self__, dict.fromkeys.__self__)

"""The library's files can be listed, looked at and read, wherever they are."""
import glob
import inspect
import linecache
import os
import pathlib

import json.decoder

folder = os.path.dirname(os.__file__)
print(os.path.isdir(folder), os.path.isfile(os.__file__), os.path.exists(folder + "/no_such_module.py"))
print({"json", "os.py", "email"} <= set(os.listdir(folder)))
print([os.path.basename(name) for name in sorted(glob.glob(folder + "/json/*coder.py"))])

text = pathlib.Path(json.decoder.__file__).read_text(encoding="utf-8")
print(len(text.encode()) == os.path.getsize(json.decoder.__file__))
print(text == inspect.getsource(json.decoder))
with open(json.decoder.__file__, encoding="utf-8") as file:
    print(file.readline() == linecache.getline(json.decoder.__file__, 1))

with os.scandir(os.path.join(folder, "json")) as entries:
    print(sorted(entry.name for entry in entries if entry.is_file() and entry.name.endswith("coder.py")))
for name in ("no_such_module.py", "json"):
    try:
        open(os.path.join(folder, name))
    except OSError as error:
        print(type(error).__name__, error.strerror)

# Filters decide what becomes of a warning; registries remember what was shown.
import sys
import warnings

sys.stderr = sys.stdout
print(warnings.filters[0], len(warnings.filters))


def issue(action, **options):
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter(action)
        registry = {}
        for line in (1, 1, 2):
            warnings.warn_explicit("text", UserWarning, "file.py", line, registry=registry)
    print(action, len(seen), [key if isinstance(key, str) else key[2:] for key in registry])


for action in ("default", "always", "module", "once", "ignore"):
    issue(action)
try:
    issue("error")
except UserWarning as error:
    print("raised", error)

with warnings.catch_warnings(record=True) as seen:
    warnings.filterwarnings("always", message="spam", category=DeprecationWarning)
    warnings.filterwarnings("ignore", module="nowhere")

    def inner():
        warnings.warn("spam and eggs", DeprecationWarning, stacklevel=2)

    inner()
    warnings.warn_explicit("x", UserWarning, "f", 1, module="nowhere")
print([(str(w.message), w.category.__name__, w.lineno > 0) for w in seen])
for call in (
    lambda: warnings.warn("x", int),
    lambda: warnings.warn("x", 3),
    lambda: warnings.warn("x", skip_file_prefixes=["a"]),
    lambda: warnings.warn_explicit("x", UserWarning, 3, 1),
    lambda: warnings.warn_explicit("x", UserWarning, "f", 1, registry=3),
):
    try:
        call()
    except TypeError as error:
        print(error)
with warnings.catch_warnings():
    warnings.filters.insert(0, ("nonsense", None, UserWarning, None, 0))
    warnings._filters_mutated()
    try:
        warnings.warn("x")
    except RuntimeError as error:
        print(error)
warnings.warn_explicit("shown", RuntimeWarning, "<nowhere>", 7)
with warnings.catch_warnings(record=True) as seen:
    warnings.simplefilter("always")
    type("Odd", (), {1: 2})
    ~True
    eval("1 is 1")
print([w.category.__name__ for w in seen])

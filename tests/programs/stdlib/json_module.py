"""json: dumps, loads, options, errors."""
import json
data = {"name": "é\"\n", "n": [1, 2.5, -0.0, 1e100, True, False, None], "nested": {"a": {}, "b": []}, "5": 5}
print(json.dumps(data), json.dumps(data, ensure_ascii=False), json.dumps(data, indent=2), json.dumps(data, sort_keys=True, separators=(",", ":")), json.loads(json.dumps(data)) == data, sep="\n")
print(json.loads(' [1, 2.0, "\\u00e9\\ud83d\\ude00\\n", null, true, {"a": -1e5}] '), json.loads("NaN"), json.dumps(float("inf")), json.dumps({1: 2, None: 3, True: 4, 1.5: 6}), json.loads("1" * 30), json.loads('"\\/"'), json.loads(b'{"a":1}'), json.dumps("\x7f\u2028\U0001f40d"), json.dumps((1, 2)))
for bad in ("", "[1,]", "{'a': 1}", '{"a" 1}', "[1 2]", '"abc', "nul", "01", "1.", "[", '{"a":1,}', '"\t"', '"\\x"', "1 2", '{"a":}', "-", '["a', "{", '"\\u12"', "\ufeff1"):
    try:
        print(json.loads(bad))
    except json.JSONDecodeError as error:
        print(repr(bad), "->", error, error.pos)
for bad in ({1, 2}, {(1, 2): 3}, object, b"x", [1j]):
    try:
        json.dumps(bad)
    except TypeError as error:
        print(error)
c = []; c.append(c)
try:
    json.dumps(c)
except ValueError as error:
    print(error)
class E(json.JSONEncoder):
    def default(self, o): return f"<{type(o).__name__}>" if isinstance(o, set) else super().default(o)
print(json.dumps([{1}], cls=E), json.dumps({1}, default=sorted), json.loads('{"a": 1.5, "b": 2}', parse_float=str, parse_int=str), json.loads('{"a": {"b": 1}}', object_hook=lambda d: sorted(d)), json.loads('{"a": 1, "a": 2}', object_pairs_hook=list), json.dumps({1: 1, (2,): 2}, skipkeys=True))

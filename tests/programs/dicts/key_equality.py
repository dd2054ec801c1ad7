"""Equal keys are one key, whatever their types; the first key stays."""
d = {1: "int"}; d[1.0] = "float"; d[True] = "bool"; print(d)
d = {"a": 1, b"a": 2, ("a",): 3}; print(len(d), {0.1 + 0.2: 1}.get(0.3), {float("nan"): 1}.get(float("nan")))
n = float("nan"); print({n: 1}[n])

"""Jumps over more than 255 and 65,535 units, in loops, conditions and handlers."""
body = "".join(f"      t += {i}\n" for i in range(2000))
ns = {}
exec("def f(n):\n  t = 0\n  for i in range(n):\n    if i % 2:\n" + body + "    else:\n      t -= 1\n  return t", ns)
print(ns["f"](4))
exec("def g(n):\n  t = 0\n  while n:\n    n -= 1\n    try:\n" + body + "      if n == 2: raise ValueError\n    except ValueError:\n      t += 5\n    finally:\n      t += 1\n  return t", ns)
print(ns["g"](4))
big = "".join(f"    t += {i % 7}; t -= 1\n" for i in range(15_000))
exec("def h(n):\n  t = 0\n  for i in range(n):\n" + big + "  else:\n    t += 1\n  return t", ns)
print(ns["h"](3))
exec("def k(x):\n  return " + " and ".join(f"x > {i}" for i in range(400)), ns); print(ns["k"](1000), ns["k"](200))
exec("def m(x):\n" + "".join(f"  {'el' if i else ''}if x == {i}: return {i} * 2\n" for i in range(1000)) + "  else: return 'none'", ns); print(ns["m"](0), ns["m"](999), ns["m"](5000))

"""Sets the time that parsing takes beside that of the interpreter that runs this script.

    python3.14 xtask/compare/speed.py PROGRAM FOLDER...

PROGRAM is the example `parse_speed` of crates/syntax, built with optimisation. Both take the best of three rounds; the
interpreter is timed for compile() of each file (parse and compile), and for its parse alone (to a tree that is thrown
away cannot be asked of it without making Python objects, so that figure includes them).
"""

import ast
import pathlib
import subprocess
import sys
import time
import warnings

warnings.simplefilter("ignore")
program, *folders = sys.argv[1:]
sources = []
for folder in folders:
    for path in sorted(pathlib.Path(folder).rglob("*.py")):
        if path.is_file():
            sources.append(path.read_bytes())


def best(flags):
    result = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        for source in sources:
            try:
                compile(source, "<file>", "exec", flags, dont_inherit=True)
            except (SyntaxError, ValueError):
                pass
        result = min(result, time.perf_counter() - start)
    return result


whole, tree = best(0), best(ast.PyCF_ONLY_AST)
print(f"reference: parse and compile {whole:.3f} s, parse to Python objects {tree:.3f} s")
ours = subprocess.run([program, *folders], capture_output=True, text=True, check=True).stdout.strip()
print(f"ours: parse {ours}")
print(f"parse / reference's parse and compile: {float(ours.split()[0]) / whole:.3f}")

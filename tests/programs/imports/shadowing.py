# A module beside the program that has a library module's name: errors say what to rename.
import os
import subprocess
import sys
import tempfile

SCRIPTS = {
    "fractions.py": "shadowing = True\n",
    "plain.py": "import fractions\nfractions.Fraction\n",
    "named.py": "from fractions import Fraction\n",
    "inserted.py": "import sys; sys.path.insert(0, 'nowhere')\nimport fractions\nfractions.Fraction\n",
    "numpy.py": "import numpy\nnumpy.array\n",
    "mine.py": "x = 1\n",
    "other.py": "import mine\nmine.y\n",
    "cycle.py": "import cycle\ncycle.later\n",
}

with tempfile.TemporaryDirectory() as folder:
    folder = os.path.realpath(folder)
    os.mkdir(os.path.join(folder, "package"))
    SCRIPTS["package/__init__.py"] = ""
    SCRIPTS["package/a.py"] = "import package.b\n"
    SCRIPTS["package/b.py"] = "import package.a\npackage.a.name\n"
    for name, text in SCRIPTS.items():
        with open(os.path.join(folder, name), "w") as file:
            file.write(text)

    def run(*args):
        done = subprocess.run([sys.executable, *args], cwd=folder, capture_output=True, text=True)
        last = done.stderr.strip().rpartition("\n")[2].replace(folder, "FOLDER")
        print(*args, "->", done.returncode, last)

    for script in ("plain.py", "named.py", "inserted.py", "numpy.py", "other.py", "cycle.py"):
        run(script)
    run("-c", "import numpy")
    run("-c", "import mine; mine.z")
    run("-P", "plain.py")
    run("-c", "import package.a")

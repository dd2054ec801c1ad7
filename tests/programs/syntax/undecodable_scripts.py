# Scripts are read line by line: what cannot be decoded is found when the line is reached, not before.
import os
import subprocess
import sys
import tempfile

SCRIPTS = [
    b"# coding: utf-8\nx = 1\ny = '\xa4'\n",
    b"x = 1\n\ny = '\xa4'\n",
    b"x = (1\n",
    b"x = 'unterminated\n\ny = '\xa4'\n",
    b"# coding: ascii\nx = 1\ny = '\xe2'\n",
    b"# coding: cp1252\n" + b"# a comment\n" * 1000 + b"# \x81\n",
    b"#!/usr/bin/python \xe2\n# coding: ascii\n",
    b"# coding: rot13\n",
    b"\xef\xbb\xbfreturn '\xc3\xa4'\n",
    b"# coding: latin-1\nreturn '\xe4'\n",
    b"    \\",
    b"# a comment of one line may hold anything: \xff\n",
]

with tempfile.TemporaryDirectory() as folder:
    script = os.path.join(folder, "script.py")
    for source in SCRIPTS:
        with open(script, "wb") as file:
            file.write(source)
        environment = dict(os.environ, PYTHONIOENCODING="utf-8")
        done = subprocess.run([sys.executable, script], capture_output=True, env=environment)
        shown = done.stderr.decode("utf-8", "backslashreplace").replace(folder, "FOLDER")
        print(source[:40])
        print(shown or "no error")

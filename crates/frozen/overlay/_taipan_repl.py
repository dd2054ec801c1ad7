"""The interactive session: prompts, one statement at a time, `_`, history where a terminal is edited.

Prompts go to standard error when standard input is no terminal, as CPython's plain session writes them.
"""
# Ours: there is no such module in the library.

import code
import sys


class Session(code.InteractiveConsole):
    """A console that runs in `__main__` and shows what the program's own hooks show."""

    def __init__(self, namespace):
        super().__init__(namespace, "<stdin>")
        self._edited = sys.stdin is not None and sys.stdin.isatty()

    def raw_input(self, prompt=""):
        if self._edited:
            return input(prompt)
        sys.stderr.write(prompt)
        sys.stderr.flush()
        line = sys.stdin.readline()
        if not line:
            raise EOFError
        return line.removesuffix("\n")

    def write(self, data):
        sys.stderr.write(data)


def run(namespace, banner):
    session = Session(namespace)
    if session._edited:
        _read_history()
    if not hasattr(sys, "ps1"):
        sys.ps1 = ">>> "
    if not hasattr(sys, "ps2"):
        sys.ps2 = "... "
    session.interact(banner, "")


def _read_history():
    """Names and history for a terminal, if there is a readline."""
    hook = getattr(sys, "__interactivehook__", None)
    if hook is not None:
        hook()

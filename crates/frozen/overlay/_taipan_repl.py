"""The interactive session: prompts, one statement at a time, `_`, history where a terminal is edited.

Prompts go to standard error when standard input is no terminal, as CPython's plain session writes them.
"""
# Ours: there is no such module in the library.

import sys

FILENAME = "<stdin>"


class Session:
    """Reads statements and runs them in the namespace of `__main__`."""

    def __init__(self, namespace):
        import codeop
        self.namespace = namespace
        self.compile = codeop.CommandCompiler()
        self.edited = sys.stdin is not None and sys.stdin.isatty()

    def write(self, text):
        if sys.stderr is not None:
            sys.stderr.write(text)
            sys.stderr.flush()

    def read_line(self, prompt):
        """A line without its end. EOFError at the end of the input, or when there is none."""
        if sys.stdin is None:
            raise EOFError
        if self.edited:
            return input(prompt)
        self.write(str(prompt))
        try:
            line = sys.stdin.readline()
        except OSError:
            line = ""
        if not line:
            raise EOFError
        if not line.endswith("\n"):
            # The input ends within a line: one more is asked for, in vain.
            self.write(f"{sys.ps2}\n")
        return line.removesuffix("\n")

    def loop(self):
        lines = []
        while True:
            line = None
            try:
                line = self.read_line(sys.ps2 if lines else sys.ps1)
            except EOFError:
                pass
            except KeyboardInterrupt:
                self.write("\nKeyboardInterrupt\n")
                lines.clear()
                continue
            if line is None:
                if lines:
                    self.write("\n")
                    self.run("\n".join(lines), True)
                    lines.clear()
                    continue
                self.write("\n")
                return
            lines.append(line)
            if self.run("\n".join(lines), False):
                lines.clear()

    def run(self, source, last):
        """Runs a statement, unless it goes on (and this is not the last line). Tells whether it is done with."""
        code, error = self.try_compile(self.compile, source)
        if code is None and error is None or error is not None:
            whole, error_of_whole = self.try_compile(compile, source + "\n")
            if error is None:
                if not last:
                    return False
                code, error = whole, error_of_whole
            elif error_of_whole is not None:
                if not last and error_of_whole.args[:1] != error.args[:1]:
                    # A whole statement on a line that may go on, such as `def f(x, x): ...`: its error comes with the end.
                    return False
                error = error_of_whole
        if error is not None:
            if isinstance(error, SyntaxError) and error.text is None and error.filename == FILENAME and error.lineno:
                error.text = "".join(source.splitlines(True)[error.lineno - 1:error.lineno])
            self.show(error, None)
            return True
        import linecache
        linecache._register_code(code, source + "\n", FILENAME)
        try:
            exec(code, self.namespace)
        except SystemExit:
            raise
        except BaseException as error:
            self.show(error, error.__traceback__ and error.__traceback__.tb_next)
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except (AttributeError, OSError, ValueError):
                pass
        return True

    def try_compile(self, compiler, source):
        """The code of a statement (None if it goes on), and the error, if there is one."""
        try:
            if compiler is compile:
                return compile(source, FILENAME, "single", self.compile.compiler.flags), None
            return compiler(source, FILENAME, "single"), None
        except (SyntaxError, OverflowError, ValueError) as error:
            return None, error

    def show(self, error, traceback):
        error.__traceback__ = traceback
        sys.last_exc = sys.last_value = error
        sys.last_type = type(error)
        sys.last_traceback = traceback
        sys.excepthook(type(error), error, traceback)


def run(namespace, banner, startup):
    session = Session(namespace)
    if banner:
        session.write(banner + "\n")
    if startup is not None:
        run_startup(session, startup)
    hook = getattr(sys, "__interactivehook__", None)
    if hook is not None and session.edited:
        hook()
    if not hasattr(sys, "ps1"):
        sys.ps1 = ">>> "
    if not hasattr(sys, "ps2"):
        sys.ps2 = "... "
    session.loop()


def run_startup(session, path):
    """PYTHONSTARTUP: a program that runs in the session's namespace before its first prompt."""
    sys.audit("cpython.run_startup", path)
    try:
        import io
        with io.open_code(path) as file:
            source = file.read()
    except OSError as error:
        session.write("Could not open PYTHONSTARTUP\n")
        error.__traceback__ = None
        sys.excepthook(type(error), error, None)
        return
    try:
        exec(compile(source, path, "exec"), session.namespace)
    except SystemExit:
        raise
    except BaseException as error:
        session.show(error, error.__traceback__ and error.__traceback__.tb_next)

"""Runs one module of a test suite and writes every test's outcome as a line of JSON, at once, so that a crash loses nothing.

    python runner.py MODULE OUTPUT SKIP

`cargo xtask conformance` starts it with the interpreter under test. OUTPUT is appended to; SKIP is a file of test ids not to
run, those that an earlier process (which crashed or hung) has dealt with. It uses as little as it can of what it tests.
"""

import os
import sys
import time


def quoted(text):
    pieces = []
    for character in text:
        code = ord(character)
        if character in '"\\':
            pieces.append("\\" + character)
        elif 32 <= code < 127:
            pieces.append(character)
        elif code < 0x10000:
            pieces.append("\\u%04x" % code)
        else:
            pieces.append("?")
    return '"' + "".join(pieces) + '"'


def reason_of(error):
    kind, value = error[0], error[1]
    try:
        lines = str(value).strip().split("\n")
        message = lines[0]
        if message.startswith("Traceback"):
            message = lines[-1]
    except BaseException:
        message = "<its message cannot be shown>"
    return (kind.__name__ + ": " + message)[:300]


class Log:
    def __init__(self, path):
        self.file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def write(self, **fields):
        text = ", ".join([quoted(key) + ": " + quoted(value) for key, value in fields.items()])
        os.write(self.file, ("{" + text + "}\n").encode("ascii"))


def flatten(suite, tests):
    for test in suite:
        try:
            iter(test)
        except TypeError:
            tests.append(test)
        else:
            flatten(test, tests)


def main():
    module, output, skip_file = sys.argv[1:4]
    log = Log(output)
    with open(skip_file, encoding="utf-8") as file:
        skip = set(file.read().split("\n"))
    try:
        import unittest
    except BaseException as error:
        log.write(event="module", outcome="error", reason="unittest: " + reason_of((type(error), error)))
        return

    class Result(unittest.TestResult):
        def startTest(self, test):
            super().startTest(test)
            self.worst = None
            self.started = time.monotonic()
            log.write(event="start", id=test.id())

        def note(self, test, outcome, reason=""):
            if test.__class__.__name__ == "_ErrorHolder":
                log.write(event="end", id=test.id(), outcome=outcome, reason=reason)
            elif self.worst is None:
                self.worst = (outcome, reason)

        def stopTest(self, test):
            outcome, reason = self.worst or ("passed", "")
            seconds = "%.3f" % (time.monotonic() - self.started)
            log.write(event="end", id=test.id(), outcome=outcome, reason=reason, seconds=seconds)
            super().stopTest(test)

        def addError(self, test, error):
            self.note(test, "failed", reason_of(error))

        addFailure = addError

        def addSubTest(self, test, subtest, error):
            if error is not None:
                self.note(test, "failed", reason_of(error))

        def addSkip(self, test, reason):
            self.note(test, "skipped", str(reason))

        def addExpectedFailure(self, test, error):
            self.note(test, "passed")

        def addUnexpectedSuccess(self, test):
            self.note(test, "failed", "unexpected success")

    try:
        from test import support
        support.use_resources = {}
        support.verbose = 0
        # What the suite calls details of CPython's is asked of every implementation: Taipan means to have most of them.
        parse_guards = support._parse_guards
        support.check_impl_detail = lambda **guards: (lambda known, other: known.get("cpython", other))(*parse_guards(guards))
    except BaseException as error:
        log.write(event="module", outcome="error", reason="test.support: " + reason_of((type(error), error)))
        return
    try:
        __import__(module)
        suite = unittest.defaultTestLoader.loadTestsFromName(module)
    except unittest.SkipTest as error:
        log.write(event="module", outcome="skipped", reason=str(error))
        return
    except BaseException as error:
        log.write(event="module", outcome="error", reason=reason_of((type(error), error)))
        return
    tests = []
    flatten(suite, tests)
    chosen = unittest.TestSuite([test for test in tests if test.id() not in skip])
    chosen.run(Result())
    log.write(event="done")


if __name__ == "__main__":
    main()

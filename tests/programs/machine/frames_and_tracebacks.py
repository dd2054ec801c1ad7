"""Traceback objects: frames, line numbers, formatting with the traceback module."""
import sys, traceback
def a(): b()
def b():
    x = 1
    raise ValueError("deep")
try:
    a()
except ValueError as error:
    tb = error.__traceback__
    while tb:
        print(tb.tb_frame.f_code.co_name, tb.tb_lineno, tb.tb_lasti >= 0, sorted(k for k in tb.tb_frame.f_locals if len(k) == 1 and k != "a" and k != "b"))
        tb = tb.tb_next
    print(traceback.format_exc())
    print("".join(traceback.format_exception_only(error)), traceback.extract_tb(error.__traceback__)[-1].name)
def chain():
    try:
        {}["k"]
    except KeyError as e:
        raise RuntimeError("wrapped") from e
try:
    chain()
except RuntimeError: print(traceback.format_exc())
try:
    eval("(1 +\n  (2 * nope))")
except NameError: print(traceback.format_exc())
try:
    (lambda x: x.foo.bar)(1)
except AttributeError: print(traceback.format_exc())
def long():
    value = [1, 2, 3]
    return (value[0] +
            value[10] +
            1)
try:
    long()
except IndexError: print(traceback.format_exc())
try:
    compile("x = = 1", "bad.py", "exec")
except SyntaxError: print("".join(traceback.format_exception_only(sys.exception())))
e = ValueError("noted"); e.add_note("a note\nof two lines"); print("".join(traceback.format_exception(e)))
def rec(n): return rec(n - 1) if n else 1 / 0
try:
    rec(10)
except ZeroDivisionError: print(traceback.format_exc())
try:
    raise ExceptionGroup("eg", [ValueError(1), TypeError("t")])
except ExceptionGroup: print(traceback.format_exc())
print("".join(traceback.format_list(traceback.extract_stack())))
e = KeyError("x").with_traceback(tb); print(e.__traceback__)

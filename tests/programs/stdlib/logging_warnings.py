"""logging and warnings."""
import logging, io, warnings, sys
out = io.StringIO(); h = logging.StreamHandler(out); h.setFormatter(logging.Formatter("%(levelname)s:%(name)s:%(message)s:%(lineno)d"))
log = logging.getLogger("app.sub"); log.addHandler(h); log.setLevel(logging.INFO); log.propagate = False
log.info("hello %s %d", "x", 5); log.debug("no"); log.warning("w")
try:
    1 / 0
except ZeroDivisionError: log.exception("failed")
print(out.getvalue().replace(__file__, "FILE"), log.parent.name, logging.getLevelName(30), log.isEnabledFor(10))
with warnings.catch_warnings(record=True) as w:
    warnings.simplefilter("always"); warnings.warn("careful", DeprecationWarning); warnings.warn("user"); exec("x = 1 is 1")
    print([(str(x.message), x.category.__name__) for x in w])
with warnings.catch_warnings():
    warnings.simplefilter("error")
    try:
        warnings.warn("as error")
    except UserWarning as error: print("raised", error)
@warnings.deprecated("use other")
def old(): return 1
with warnings.catch_warnings(record=True) as w: warnings.simplefilter("always"); old(); print(w[0].message)

# Context variables: values per context, tokens, copies.
import contextvars
import threading

var = contextvars.ContextVar("var", default="default")
print(var.get(), var.name)
token = var.set(1)
print(var.get(), token.old_value is contextvars.Token.MISSING, token.var is var)
copy = contextvars.copy_context()


def change():
    var.set("changed")
    return var.get()


print(copy.run(change), var.get(), copy[var], list(copy) == [var], len(copy))
var.reset(token)
print(var.get())
try:
    var.reset(token)
except RuntimeError as error:
    print("already been used once" in str(error))
with var.set("inside"):
    print(var.get())
print(var.get())
try:
    copy.run(copy.run, print)
except RuntimeError as error:
    print("is already entered" in str(error))
try:
    contextvars.ContextVar("unset").get()
except LookupError as error:
    print(type(error).__name__)
var.set("main")
seen = []
thread = threading.Thread(target=lambda: seen.append(var.get()))
thread.start()
thread.join()
print(seen)

"""and, or, not: short circuits and the values they give."""
def say(value):
    print("asked", value)
    return value

print(say(0) and say(1))
print(say(0) or say(""))
print(say(1) and say([]) or say("last"))
print(not say(None), not not say("x"))
print(1 if say(0) else 2)
print((say(1) or say(2)) and (say(0) or say(3)))
x = None
print(x and x.attribute, x or "default")
if say(1) and not say(0):
    print("both")
while say(0) or say([]):
    print("never")

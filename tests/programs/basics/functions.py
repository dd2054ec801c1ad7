"""A function, its default and its return value."""
def greet(name, greeting="hello"):
    return greeting + " " + name
print(greet("you"), greet("all", greeting="bye"))
def nothing():
    pass
print(nothing())

"""Classes: instances, class attributes, methods, inheritance, super."""
class Animal:
    kind = "animal"
    count = 0
    def __init__(self, name):
        self.name = name
        Animal.count += 1
    def speak(self): return f"{self.name} makes a sound"
    def __repr__(self): return f"{type(self).__name__}({self.name!r})"
class Dog(Animal):
    kind = "dog"
    def speak(self): return super().speak() + ": woof"
class Puppy(Dog):
    def __init__(self, name, age):
        super().__init__(name)
        self.age = age
    def speak(self): return super(Puppy, self).speak() + "!"
p = Puppy("Rex", 1)
print(p, p.speak(), p.kind, Animal.count, Puppy.__mro__, Puppy.__bases__, p.__class__, p.__dict__)
print(isinstance(p, Animal), issubclass(Puppy, Dog), isinstance(5, Animal), Puppy.__name__, Dog.__qualname__, Dog.__module__)
p.kind = "mine"; print(p.kind, Puppy.kind); del p.kind; print(p.kind)
Animal.kind = "changed"; print(Animal("x").kind, p.kind)
Dog.new_method = lambda self: "added"; print(p.new_method())
for bad in ("p.nothing", "Puppy.nothing", "Puppy()", "p()", "Animal.speak()", "p.name()", "del p.zzz", "object().x", "object().x = 1", "int.x = 1", "class X(5): pass", "class X(int, str): pass", "class X(bool): pass", "class X(Dog, Dog): pass", "class X(Animal, Dog): pass"):
    try:
        exec(bad)
    except Exception as error:
        print(bad, "->", type(error).__name__, error)

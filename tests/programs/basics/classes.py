"""A class with a constructor, a method and a subclass."""
class Animal:
    def __init__(self, name):
        self.name = name
    def speak(self):
        return self.name + " speaks"
class Dog(Animal):
    def speak(self):
        return super().speak() + ": woof"
print(Animal("cat").speak(), Dog("rex").speak())

"""How fast source becomes bytecode: a few thousand lines of ordinary code, made up here."""

import pyperf

BODY = '''
class Shape{n}(Base):
    """A shape."""

    def __init__(self, width, height=1, *, name="shape{n}"):
        self.width, self.height = width, height
        self.name = f"{{name}}-{{width}}x{{height}}"

    def area(self):
        if self.width > 10 and self.height:
            return self.width * self.height + {n}
        for index, value in enumerate(self.parts()):
            try:
                total = value ** 2 // (index or 1)
            except (ZeroDivisionError, TypeError) as error:
                raise ValueError("bad") from error
            else:
                yield total
        return [x for x in range({n}) if x % 2 == 0]
'''
SOURCE = "class Base: pass\n" + "".join(BODY.format(n=n) for n in range(150))

if __name__ == "__main__":
    runner = pyperf.Runner()
    runner.bench_func("compile_speed", compile, SOURCE, "<source>", "exec")

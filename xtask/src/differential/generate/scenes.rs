//! Whole scenes for the generator: small situations whose frame is fixed and whose parts are random, for what single
//! expressions and statements hardly meet: closures that share a variable, generators and coroutines that are driven by
//! hand, exception groups, diamonds of classes, argument binding, and the many ways to format.

use super::{Bool, Expr, Float, Generator, Int, List, Stmt, Str, Tuple};

/// What scenes need at the program's start.
pub const PRELUDE: &str = r#"class Wait:
    def __init__(self, value): self.value = value
    def __await__(self): return (yield self.value)
class Items:
    def __init__(self, *items): self.items = list(items)
    def __aiter__(self): return self
    async def __anext__(self):
        if not self.items: raise StopAsyncIteration
        return await Wait(self.items.pop(0))
    async def __aenter__(self): await Wait('enter'); return self
    async def __aexit__(self, kind, error, trace): show('aexit', kind and kind.__name__); return isinstance(error, KeyError)
def drive(coroutine, *values):
    try:
        show('gave', coroutine.send(None))
        for value in values:
            tick()
            if isinstance(value, BaseException): show('gave', coroutine.throw(value))
            else: show('gave', coroutine.send(value))
        show('closed', coroutine.close())
    except StopIteration as stop: show('done', stop.value)
    except StopAsyncIteration as stop: show('async done', stop.args)
def tree(error, depth=0):
    notes = getattr(error, '__notes__', None)
    print(' ' * depth + type(error).__name__, str(error)[:80], notes, type(error.__cause__).__name__,
          type(error.__context__).__name__, error.__suppress_context__)
    for inner in getattr(error, 'exceptions', ()): tree(inner, depth + 1)
class Named:
    def __set_name__(self, owner, name): self.name = name; show('set_name', owner.__name__, name)
    def __get__(self, instance, owner): return self.name if instance is None else instance.__dict__.get(self.name, 'unset')
    def __set__(self, instance, value): instance.__dict__[self.name] = fit(value)
    def __delete__(self, instance): show('delete', self.name); del instance.__dict__[self.name]
class Meta(type):
    def __call__(cls, *args, **rest): show('call', cls.__name__, args, rest); return super().__call__(*args, **rest)
    def __contains__(cls, item): return item in cls.__name__
"#;

/// A block of lines from a text, one statement for each line that is not indented.
fn lines(text: &str, parts: impl IntoIterator<Item = Expr>) -> Vec<Stmt> {
    let mut parts = parts.into_iter();
    let mut top: Vec<(usize, Expr)> = Vec::new();
    for line in text.lines() {
        let indent = line.len() - line.trim_start().len();
        let count = line.matches('@').count();
        top.push((indent, Expr::of(line.trim_start(), parts.by_ref().take(count).collect::<Vec<_>>())));
    }
    nest(&mut top.into_iter().peekable(), 0)
}

/// The statements at a depth of indentation. What goes on with `else` and its like belongs to the statement before.
fn nest(lines: &mut std::iter::Peekable<std::vec::IntoIter<(usize, Expr)>>, indent: usize) -> Vec<Stmt> {
    const GOES_ON: &[&str] = &["else:", "elif ", "except", "finally:"];
    let mut block: Vec<Stmt> = Vec::new();
    while lines.peek().is_some_and(|(found, _)| *found >= indent) {
        let Some((_, head)) = lines.next() else { break };
        let inner = lines.peek().map(|(found, _)| *found).filter(|found| *found > indent);
        let body = inner.map(|inner| nest(lines, inner));
        let goes_on = GOES_ON.iter().any(|word| head.starts_with(word));
        match (body, block.pop()) {
            (Some(body), Some(before)) if goes_on => block.push(before.and(head, body)),
            (body, before) => {
                block.extend(before);
                block.push(match body {
                    Some(body) => Stmt::block(head, body),
                    None => Stmt::line(head),
                });
            }
        }
    }
    block
}

impl Generator {
    pub(super) fn scene(&mut self) -> Vec<Stmt> {
        match self.random.below(9) {
            0 => self.closures(),
            1 => self.driven_generator(),
            2 => self.coroutines(),
            3 => self.exception_groups(),
            4 => self.chained_exceptions(),
            5 => self.diamond(),
            6 => self.binding(),
            7 => self.formats(),
            _ => self.text_methods(),
        }
    }

    fn closures(&mut self) -> Vec<Stmt> {
        let outer = self.name("outer");
        let text = format!(
            "def {outer}(a=@):
    count = @
    class Inside:
        seen = a
        def look(self): return (count, __class__.__name__, self.seen)
    def inner(b, c=a):
        nonlocal count, a
        count, a = fit(count + b), (c, @)
        def deeper():
            nonlocal count
            count += 1
            return count, b
        return deeper, lambda: (a, count)
    show(Inside().look(), inner.__code__.co_freevars)
    return inner, [lambda x=x: (x, count) for x in range(3)], (f(@) for f in [lambda y: (y, a)])
show({outer}.__code__.co_cellvars, {outer}.__code__.co_varnames)
i, fs, g = {outer}(@)
d, e = i(@)
show(d(), d(), e(), [f() for f in fs], list(g))
show(i(@)[1](), e(), [c.cell_contents for c in d.__closure__])
del i, fs, g"
        );
        let parts = [
            self.expr(Int, 1),
            self.leaf(Int),
            self.any(1),
            self.leaf(Int),
            self.any(1),
            self.leaf(Int),
            self.expr(Int, 1),
        ];
        lines(&text, parts)
    }

    fn driven_generator(&mut self) -> Vec<Stmt> {
        let name = self.name("gen");
        let mut text = format!(
            "def {name}(first):
    try:
        got = yield first
        while True:
            tick()
            try:
                got = yield (got, @)
            except ValueError as error:
                got = yield ('caught', str(error))
            else:
                if got == 2:
                    return @
    except KeyError as error:
        show('key', error)
        yield @
    except GeneratorExit:
        show('exit')
        @
    finally:
        show('finally', @)
def over(inner):
    try:
        result = yield from inner
        show('result', result)
    except TypeError as error:
        yield ('type', str(error))
    return @
g = "
        );
        text += *self.random.pick(&["over(GEN(@))", "GEN(@)", "over(over(GEN(@)))", "over([1, @, 3])"]);
        let mut text = text.replace("GEN", &name);
        text += "\nshow(next(g), g.gi_running, g.gi_suspended, g.gi_yieldfrom is None)";
        let leave = *self.random.pick(&["pass", "raise", "raise RuntimeError('no')", "return 7", "show(1)"]);
        text = text.replacen("        @\n    finally", &format!("        {leave}\n    finally"), 1);
        for _ in 0..2 + self.random.below(5) {
            let step = *self.random.pick(&[
                "show(g.send(@))",
                "show(g.send(2))",
                "show(next(g, 'end'))",
                "show(g.throw(ValueError(@)))",
                "show(g.throw(KeyError(@)))",
                "show(g.throw(TypeError(@)))",
                "show(g.close())",
                "show(list(x for x, _ in zip(g, range(2))))",
                "show(g.gi_frame is None, g.gi_code.co_name)",
            ]);
            text += &format!(
                "\ntry:\n    {step}\nexcept (Exception, StopIteration) as error:\n    show(type(error).__name__, error.args, type(error.__context__).__name__)"
            );
        }
        self.filled(&text)
    }

    /// The lines with expressions of any kind (no deep ones) in place of each `@`.
    fn filled(&mut self, text: &str) -> Vec<Stmt> {
        let parts: Vec<Expr> = (0..text.matches('@').count()).map(|_| self.any(1)).collect();
        lines(text, parts)
    }

    fn coroutines(&mut self) -> Vec<Stmt> {
        let name = self.name("co");
        let mut body = String::new();
        for _ in 0..1 + self.random.below(4) {
            body += *self.random.pick(&[
                "    show('got', await Wait(@))\n",
                "    async for x in Items(@, @):\n        tick()\n        show('item', x)\n        if x == 2:\n            break\n    else:\n        show('else')\n",
                "    async with Items() as it, Items(@):\n        show(await Wait(@), it.items)\n",
                "    show([x async for x in Items(1, @, 3) if x], {x: 1 async for x in Items(1, 2)})\n",
                "    show([await Wait(x) for x in range(2)])\n",
                "    try:\n        await Wait(@)\n    except ValueError as error:\n        show('caught', error)\n    finally:\n        await Wait('last')\n",
                "    async with Items():\n        raise KeyError(@)\n",
                "    async def ag():\n        try:\n            got = yield @\n            yield got, await Wait(@)\n        finally:\n            show('ag ends')\n    async for x in ag():\n        show('ag', x)\n",
                "    a = make()\n    show(await a.asend(None), await a.asend(@))\n    await a.aclose()\n",
                "    show([x async for x in (y async for y in Items(@, @))])\n",
            ]);
        }
        let mut values = Vec::new();
        for _ in 0..3 + self.random.below(6) {
            values.push(*self.random.pick(&["@", "1", "2", "@", "ValueError('v')", "KeyError('k')", "None"]));
        }
        let text = format!(
            "async def make():
    try:
        x = yield @
        show('x', x)
        yield @
    finally:
        await Wait('closing')
async def {name}():
{body}    return @
drive({name}(), {})
drive(make().asend(None), 1)
c = {name}()
show(c.cr_running, c.cr_suspended, c.cr_await is None)
c.close()",
            values.join(", ")
        );
        self.filled(&text)
    }

    fn exception_groups(&mut self) -> Vec<Stmt> {
        let leaf = |generator: &mut Generator| {
            *generator.random.pick(&[
                "ValueError(@)",
                "KeyError(@)",
                "TypeError('t', @)",
                "OSError(2, 'm')",
                "IndexError()",
            ])
        };
        let (a, b, c, d) = (leaf(self), leaf(self), leaf(self), leaf(self));
        let kinds = ["ValueError", "(KeyError, IndexError)", "TypeError", "OSError", "Exception", "LookupError"];
        let (first, second) = (*self.random.pick(&kinds), *self.random.pick(&kinds));
        let act = *self.random.pick(&[
            "pass",
            "raise",
            "raise ValueError(@)",
            "raise RuntimeError('x') from e",
            "e.add_note('n')",
        ]);
        let last = *self.random.pick(&["split", "subgroup"]);
        let text = format!(
            "try:
    try:
        raise ExceptionGroup('outer', [{a}, ExceptionGroup('inner', [{b}, {c}]), {d}])
    except* {first} as e:
        show('first')
        tree(e)
        {act}
    except* {second} as e:
        show('second')
        tree(e)
    else:
        show('else')
    finally:
        show('finally')
except BaseException as e:
    tree(e)
    if isinstance(e, BaseExceptionGroup):
        show(e.{last}({first}), e.message, e.derive([ValueError(1)]))
try:
    try:
        raise {a}
    except* {second} as e:
        tree(e)
except Exception as e:
    tree(e)"
        );
        self.filled(&text)
    }

    fn chained_exceptions(&mut self) -> Vec<Stmt> {
        let name = self.name("chain");
        let how = *self.random.pick(&["from first", "from None", "", "from TypeError(@)", "from ValueError"]);
        let leave = *self.random.pick(&["return @", "pass", "raise IndexError(@)", "continue", "break"]);
        let text = format!(
            "def {name}():
    for turn in range(3):
        tick()
        try:
            try:
                try:
                    [][turn]
                except IndexError as first:
                    first.add_note(str(turn))
                    raise KeyError(@) {how}
            finally:
                show('inner', turn)
                if turn == 1:
                    {leave}
        except KeyError as error:
            tree(error)
            tree(error.__context__ or error)
        else:
            show('no error')
    return 'end'
show({name}())
try:
    del first
except NameError as e:
    show(e)
try:
    assert @ == @, (1, @)
    raise type('Own', (ValueError,), {{'__str__': lambda self: str(self.args) + '!'}})(@)
except (AssertionError, ValueError) as e:
    show(str(e), type(e).__mro__[1].__name__, e.args)"
        );
        self.filled(&text)
    }

    fn diamond(&mut self) -> Vec<Stmt> {
        let n = self.name("");
        let order = *self.random.pick(&["L{n}, R{n}", "R{n}, L{n}", "L{n}", "R{n}, Top{n}", "Top{n}, L{n}"]);
        let slots = *self.random.pick(&["__slots__ = ()", "__slots__ = ('s',)", "pass", "__match_args__ = ('x', 'y')"]);
        let text = format!(
            "class Top{{n}}(metaclass=Meta):
    {slots}
    x = Named()
    def __init_subclass__(cls, /, tag=None, **rest):
        show('subclass', cls.__name__, tag)
        super().__init_subclass__(**rest)
    def __new__(cls, *args):
        show('new', cls.__name__)
        return super().__new__(cls)
    def hello(self, *args):
        return ('top', args)
    @classmethod
    def make(cls, *args):
        return cls.__name__, args
    @staticmethod
    def free(a, b=@):
        return a, b
class L{{n}}(Top{{n}}, tag=@):
    y = @
    def __init__(self, x=1):
        self.x = x
    def hello(self, *args):
        return ('left', super().hello(*args, 1))
    @property
    def p(self):
        return self.x
    @p.setter
    def p(self, value):
        self.x = value
class R{{n}}(Top{{n}}):
    y = Named()
    def hello(self, *args):
        return ('right', super().hello(*args, @))
    def __getattr__(self, name):
        return 'no ' + name
    def __index__(self):
        return 3
class B{{n}}({order}):
    def hello(self):
        return super(B{{n}}, self).hello()
show([c.__name__ for c in B{{n}}.__mro__], 'B' in B{{n}})
b = B{{n}}()
show(b.hello(), b.x, b.y, b.make(@), b.free(1), B{{n}}.x)
b.x = @
show(b.x, vars(b) if hasattr(b, '__dict__') else 'no dict', hex(b) if isinstance(b, R{{n}}) else 'no index')
b.p = @
show(b.p, b.x)
match b:
    case L{{n}}(x=1 | 2, y=v):
        show('one', v)
    case R{{n}}(x=v, hello=h):
        show('two', v)
    case _:
        show('other')
b.z = 1
show(b.z)
del b.x
show(b.x, b.nothing)"
        );
        self.filled(&text.replace("{n}", &n))
    }

    /// A function with parameters of all kinds, and calls of it that fit or do not.
    fn binding(&mut self) -> Vec<Stmt> {
        let name = self.name("bind");
        let mut parameters = Vec::new();
        let mut optional = false;
        let positional = self.random.below(4);
        for index in 0..positional {
            optional |= self.random.chance(30);
            parameters.push(if optional { format!("a{index}=@") } else { format!("a{index}") });
            if index == 1 && self.random.chance(40) {
                parameters.push("/".into());
            }
        }
        let variadic = self.random.chance(50);
        let keyword_only = self.random.below(3);
        if variadic {
            parameters.push("*args".into());
        } else if keyword_only > 0 {
            parameters.push("*".into());
        }
        for index in 0..keyword_only {
            parameters.push(if self.random.chance(50) { format!("k{index}=@") } else { format!("k{index}") });
        }
        if self.random.chance(40) {
            parameters.push("**rest".into());
        }
        let mut text = format!(
            "def {name}({}):\n    return sorted(locals().items(), key=lambda item: item[0])\nshow({name}.__defaults__, {name}.__kwdefaults__)",
            parameters.join(", ")
        );
        for _ in 0..3 + self.random.below(4) {
            let mut arguments = Vec::new();
            for _ in 0..self.random.below(5) {
                arguments.push(*self.random.pick(&["@", "@", "*(1, 2)", "*'ab'", "*[]"]));
            }
            for _ in 0..self.random.below(4) {
                arguments.push(*self.random.pick(&[
                    "k0=@",
                    "k1=@",
                    "a0=@",
                    "a1=1",
                    "other=@",
                    "**{'k0': @}",
                    "**{'q': 1}",
                    "**{}",
                ]));
            }
            // Twice the same name is an error of syntax.
            let twice = |name: &str| arguments.iter().filter(|argument| argument.starts_with(name)).count() > 1;
            if ["k0=", "k1=", "a0=", "a1=", "other="].into_iter().any(twice) {
                continue;
            }
            // Nothing positional comes behind `**`.
            arguments.sort_by_key(|argument| argument.starts_with("**"));
            text += &format!(
                "\ntry:\n    show({name}({}))\nexcept TypeError as error:\n    show(str(error))",
                arguments.join(", ")
            );
        }
        self.filled(&text)
    }

    /// Format specifications put together at random.
    fn formats(&mut self) -> Vec<Stmt> {
        let mut block = Vec::new();
        for _ in 0..3 + self.random.below(5) {
            let spec = self.specification();
            let kind = *self.random.pick(&[Int, Int, Float, Float, Str, Bool]);
            let value = self.expr(kind, 2);
            let form = *self.random.pick(&[
                "format(@, 'SPEC')",
                "'{0:SPEC}|{0!r:SPEC}'.format(@)",
                "format(complex(@, 1.5), 'SPEC')",
                "'{0:{1}}'.format(@, 'SPEC')",
            ]);
            block.push(caught(Expr::of(&form.replace("SPEC", &spec), [value])));
            let flags: String =
                (0..self.random.below(3)).map(|_| *self.random.pick(&['-', '+', ' ', '#', '0'])).collect();
            let width = *self.random.pick(&["", "5", "12", "*"]);
            let precision = *self.random.pick(&["", ".0", ".3", ".10", ".*"]);
            let letter = *self.random.pick(&["d", "i", "x", "X", "o", "e", "G", "f", "g", "s", "r", "a", "c", "%"]);
            let stars = width.matches('*').count() + precision.matches('*').count();
            let value = self.expr(kind, 1);
            let form = format!("'<%{flags}{width}{precision}{letter}>' % ({}@,)", "4, ".repeat(stars));
            block.push(caught(Expr::of(&form, [value])));
        }
        let numbers = ["int(@, 0)", "int(@, 16)", "float(@)", "complex(@)", "int(@)"];
        const TEXTS: &[&str] = &[
            "'0x1F'",
            "'  12_000 '",
            "'1e5'",
            "'-inf'",
            "'nan'",
            "'1_'",
            "'0b101'",
            "'٣'",
            "'1+2j'",
            "'-0.0'",
            "''",
            "'1e400'",
            "'0o17'",
        ];
        let text = Expr::text(*self.random.pick(TEXTS));
        let number = *self.random.pick(&numbers);
        block.push(caught(Expr::of(number, [text])));
        let float = self.expr(Float, 2);
        let method = *self.random.pick(&[
            "hex()",
            "as_integer_ratio()",
            "is_integer()",
            "__round__()",
            "__trunc__()",
            "__divmod__(3)",
        ]);
        block.push(caught(Expr::of(&format!("(@).{method}"), [float])));
        let int = self.expr(Int, 2);
        let method = *self.random.pick(&[
            "to_bytes(9, 'big', signed=True)",
            "__round__(-1)",
            "__truediv__(7)",
            "as_integer_ratio()",
            "__divmod__(-3)",
        ]);
        block.push(caught(Expr::of(&format!("(@).{method}"), [int])));
        block
    }

    fn specification(&mut self) -> String {
        let mut spec = String::new();
        if self.random.chance(40) {
            spec += *self.random.pick(&["*", "é", " ", "0", "_", ""]);
            spec += *self.random.pick(&["<", ">", "^", "="]);
        }
        spec += *self.random.pick(&["", "", "+", "-", " "]);
        spec += *self.random.pick(&["", "", "", "z"]);
        spec += *self.random.pick(&["", "", "#"]);
        spec += *self.random.pick(&["", "", "0"]);
        spec += *self.random.pick(&["", "1", "7", "20"]);
        spec += *self.random.pick(&["", "", ",", "_"]);
        spec += *self.random.pick(&["", "", ".0", ".3", ".15", ".3,", ".4_"]);
        spec += *self.random.pick(&["", "d", "x", "X", "o", "b", "e", "E", "f", "F", "g", "G", "%", "n", "s", "c"]);
        spec
    }

    fn text_methods(&mut self) -> Vec<Stmt> {
        const METHODS: &[&str] = &[
            "(@).partition(@)",
            "(@).rpartition(@)",
            "(@).rsplit(@, 1)",
            "(@).find(@, 1)",
            "(@).rfind(@, -3)",
            "(@).index(@)",
            "(@).count(@)",
            "(@).startswith((@, 'a'))",
            "(@).endswith(@, 1)",
            "(@).splitlines(True)",
            "(@).split()",
            "(@).split(@, 2)",
            "(@).encode('utf-16-le').decode('utf-8', 'replace')",
            "(@).encode('latin-1', 'backslashreplace')",
            "(@).encode('ascii', 'xmlcharrefreplace')",
            "(@).translate({97: 'xy', 98: None, 233: 101})",
            "(@).isidentifier()",
            "[c.isalpha() + 2 * c.isdigit() + 4 * c.isspace() + 8 * c.isupper() for c in @]",
            "(@).strip(@)",
            "(@).lstrip('aH ')",
            "(@).replace(@, @, 1)",
            "(@).maketrans(@, @)",
            "(@ < @, @ == @)",
            "hash(@) == hash(str(@))",
            "(@)[::-2]",
            "(@) % ()",
            "bytes(@, 'utf-8').hex(':')",
            "bytearray(@, 'utf-8').title()",
            "(@).encode().split(b'a')",
            "'%s and %r' % (@, @)",
            "(@).join(map(str, [@, @]))",
            "sorted(@)",
            "list(@)",
            "max(@, default='none')",
            "(@).format_map({'a': @})",
            "ascii(@)",
        ];
        let mut block = Vec::new();
        for _ in 0..5 + self.random.below(6) {
            let form = *self.random.pick(METHODS);
            let parts: Vec<Expr> = (0..form.matches('@').count())
                .map(|_| if form.contains(" for ") { self.leaf(Str) } else { self.expr(Str, 1) })
                .collect();
            block.push(caught(Expr::of(form, parts)));
        }
        let (list, tuple) = (self.expr(List, 1), self.expr(Tuple, 1));
        block.push(caught(Expr::of("(sorted(@, key=repr), tuple(@).index(1))", [list, tuple])));
        block
    }
}

/// A line that shows a value, or the error that it raises.
fn caught(value: Expr) -> Stmt {
    let show = Stmt::line(Expr::of("show(@)", [value]));
    let handler = Stmt::line(Expr::text("show(type(e).__name__, str(e)[:150])"));
    Stmt::block(Expr::text("try:"), vec![show]).and(
        Expr::text("except (ValueError, TypeError, OverflowError, LookupError, ArithmeticError) as e:"),
        vec![handler],
    )
}

//! Random programs that are valid and end.
//!
//! Expressions are made for a kind of value, so that most of them mean something; those that do not raise, and every block of
//! the program catches and prints what it raises. Loops run over small ranges, every call and turn of a loop pays from a
//! budget (`tick`), and `fit` keeps values small, so that no program runs away. Nothing that is printed depends on addresses,
//! hashes of strings or time.

mod scenes;

use super::random::Random;
use super::tree::{Expr, Program, Stmt};

const PRELUDE: &str = r#"budget = 3000
class Exhausted(Exception): pass
def tick():
    global budget
    budget -= 1
    if budget < 0: raise Exhausted
def fit(value):
    if type(value) is int: return value if -10**40 < value < 10**40 else value % 1000003
    if type(value) is str: return value[:60]
    if type(value) is list: return value[:12]
    if type(value) is tuple: return value[:12]
    return value
def show(*values): print(*[repr(fit(value))[:300] for value in values])
class Base:
    kind = 'base'
    def __init__(self, value=0): self.value = value
    def __repr__(self): return f'{type(self).__name__}({self.value!r})'
    def __eq__(self, other): return isinstance(other, Base) and self.value == other.value
    def __hash__(self): return hash(self.value)
    def __lt__(self, other): return self.value < other.value
    def __add__(self, other): return type(self)(fit(self.value + getattr(other, 'value', other)))
    def __radd__(self, other): return type(self)(fit(other + self.value))
    def __len__(self): return 3
    def __getitem__(self, index):
        if index >= 3: raise IndexError('out')
        return self.value
    def __enter__(self): print('enter'); return self
    def __exit__(self, kind, error, trace): print('exit', kind and kind.__name__); return isinstance(error, KeyError)
"#;

/// The kinds of value that expressions are made for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Int,
    Float,
    Bool,
    Str,
    List,
    Tuple,
    Dict,
    Set,
    Object,
}

use Kind::*;

const KINDS: [Kind; 9] = [Int, Float, Bool, Str, List, Tuple, Dict, Set, Object];

/// A function that the program has defined, with how many parameters it needs and takes.
#[derive(Clone)]
struct Function {
    name: String,
    least: usize,
    most: usize,
    generator: bool,
}

struct Generator {
    random: Random,
    /// Variables in scope, by kind. A program that assigns another kind merely raises.
    variables: Vec<(String, Kind)>,
    functions: Vec<Function>,
    classes: Vec<String>,
    names: usize,
    loops: usize,
    in_function: bool,
}

/// The program of a seed.
pub fn program(seed: u64) -> Program {
    let mut generator = Generator {
        random: Random::new(seed),
        variables: Vec::new(),
        functions: Vec::new(),
        classes: vec!["Base".into()],
        names: 0,
        loops: 0,
        in_function: false,
    };
    let mut body = Vec::new();
    for kind in KINDS {
        let name = generator.name("v");
        body.push(Stmt::line(Expr::of(&format!("{name} = @"), [generator.leaf(kind)])));
        generator.variables.push((name, kind));
    }
    for _ in 0..12 + generator.random.below(14) {
        let part = match generator.random.below(14) {
            0 | 1 => vec![generator.function()],
            2 => vec![generator.class()],
            3..=6 => generator.scene(),
            _ => generator.block(2),
        };
        body.push(guarded(part));
    }
    let all = generator.variables.iter().map(|(name, _)| format!("'{name}'")).collect::<Vec<_>>().join(", ");
    body.push(Stmt::block(
        Expr::text(format!("for name in [{all}]:")),
        vec![Stmt::line(Expr::text("show(name, globals().get(name))"))],
    ));
    Program { prelude: prelude(), body }
}

/// What all programs begin with.
fn prelude() -> &'static str {
    static WHOLE: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| format!("{PRELUDE}{}", scenes::PRELUDE));
    &WHOLE
}

fn guarded(body: Vec<Stmt>) -> Stmt {
    Stmt::block(Expr::text("try:"), body).and(
        Expr::text("except Exception as error:"),
        vec![Stmt::line(Expr::text("print(type(error).__name__, str(error)[:200])"))],
    )
}

impl Generator {
    fn name(&mut self, stem: &str) -> String {
        self.names += 1;
        format!("{stem}{}", self.names)
    }

    fn kind(&mut self) -> Kind {
        *self.random.pick(&KINDS)
    }

    fn any(&mut self, depth: usize) -> Expr {
        let kind = self.kind();
        self.expr(kind, depth)
    }

    fn exprs<const N: usize>(&mut self, kinds: [Kind; N], depth: usize) -> [Expr; N] {
        kinds.map(|kind| self.expr(kind, depth))
    }

    fn variable(&mut self, kind: Kind) -> Option<String> {
        let known: Vec<&String> =
            self.variables.iter().filter(|(_, found)| *found == kind).map(|(name, _)| name).collect();
        if known.is_empty() { None } else { Some((*self.random.pick(&known)).clone()) }
    }

    /// A literal or a variable.
    fn leaf(&mut self, kind: Kind) -> Expr {
        if self.random.chance(55)
            && let Some(name) = self.variable(kind)
        {
            return Expr::text(name);
        }
        let text = match kind {
            Int => {
                const INTS: &[&str] = &[
                    "0", "1", "2", "-1", "7", "10", "255", "256", "-128", "65535", "2**31", "-2**63", "2**62",
                    "10**20", "3",
                ];
                (*self.random.pick(INTS)).to_owned()
            }
            Float => {
                const FLOATS: &[&str] = &[
                    "0.0",
                    "-0.0",
                    "0.5",
                    "1.0",
                    "-2.5",
                    "1e10",
                    "1e-7",
                    "3.14159",
                    "1e300",
                    "float('inf')",
                    "0.1",
                    "123456.789",
                ];
                (*self.random.pick(FLOATS)).to_owned()
            }
            Bool => (*self.random.pick(&["True", "False"])).to_owned(),
            Str => {
                const STRS: &[&str] = &[
                    "''",
                    "'a'",
                    "'abc'",
                    "'Hello World'",
                    "'é'",
                    "'日本'",
                    "'a,b,,c'",
                    "' x '",
                    "'\\n'",
                    "'12'",
                    "'🐍x'",
                    "'ab' 'cd'",
                ];
                (*self.random.pick(STRS)).to_owned()
            }
            List => (*self.random.pick(&["[]", "[1, 2, 3]", "[3, 1, 2]", "['a', 'b']", "[0.5, 1]", "[[1], [2]]"]))
                .to_owned(),
            Tuple => (*self.random.pick(&["()", "(1,)", "(1, 'a')", "(3, 2, 1)"])).to_owned(),
            Dict => (*self.random.pick(&["{}", "{1: 2}", "{'a': 1, 'b': 2}", "{(1, 2): [3]}", "{True: 'x', 2: 'y'}"]))
                .to_owned(),
            Set => (*self.random.pick(&["set()", "{1}", "{1, 2, 3}", "{5, -1, 100}"])).to_owned(),
            Object => {
                let class = self.random.pick(&self.classes).clone();
                format!("{class}({})", self.random.below(9))
            }
        };
        Expr::text(text)
    }

    fn expr(&mut self, kind: Kind, depth: usize) -> Expr {
        if depth == 0 {
            return self.leaf(kind);
        }
        let d = depth - 1;
        // Forms that can give any kind.
        match self.random.below(16) {
            0 => {
                let [a, b] = self.exprs([kind, kind], d);
                return Expr::of("(@ if @ else @)", [a, self.expr(Bool, d), b]);
            }
            1 => {
                let [a, b] = self.exprs([kind, kind], d);
                let word = *self.random.pick(&["and", "or"]);
                return Expr::of(&format!("(@ {word} @)"), [a, b]);
            }
            2 => return Expr::of("(lambda x: x)(@)", [self.expr(kind, d)]),
            3 if !self.functions.is_empty() => return self.call(d),
            4 => {
                let name = self.name("w");
                let value = self.expr(kind, d);
                return Expr::of(&format!("[{name} := @, {name}][1]"), [value]);
            }
            _ => {}
        }
        let made = match kind {
            Int => self.int(d),
            Float => self.float(d),
            Bool => self.boolean(d),
            Str => self.string(d),
            List => self.list(d),
            Tuple => self.tuple(d),
            Dict => self.dict(d),
            Set => self.set(d),
            Object => self.object(d),
        };
        // A walrus in a comprehension is refused in places that are not worth telling apart here.
        if made.contains(" for x in ") && made.contains(":=") { self.leaf(kind) } else { made }
    }

    fn int(&mut self, d: usize) -> Expr {
        match self.random.below(12) {
            0..=3 => {
                let operator = *self.random.pick(&["+", "-", "*", "//", "%", "&", "|", "^"]);
                Expr::of(&format!("(@ {operator} @)"), self.exprs([Int, Int], d))
            }
            4 => Expr::of("(@ << (@ & 31))", self.exprs([Int, Int], d)),
            5 => Expr::of("(@ >> (@ & 31))", self.exprs([Int, Int], d)),
            6 => {
                let power = self.random.below(4);
                Expr::of(&format!("(@ ** {power})"), [self.expr(Int, d)])
            }
            7 => {
                let operator = *self.random.pick(&["-", "~", "+"]);
                Expr::of(&format!("({operator}@)"), [self.expr(Int, d)])
            }
            8 => {
                let kind = *self.random.pick(&[Str, List, Dict, Set, Tuple, Object]);
                Expr::of("len(@)", [self.expr(kind, d)])
            }
            9 => {
                let function = *self.random.pick(&["abs", "int", "hash", "sum", "max", "min", "divmod", "pow"]);
                match function {
                    "sum" | "max" | "min" => {
                        Expr::of(&format!("{function}([@, @, @])"), self.exprs([Int, Int, Bool], d))
                    }
                    "divmod" => Expr::of("divmod(@, @)[0]", self.exprs([Int, Int], d)),
                    "pow" => Expr::of("pow(@, @ & 7, 97)", self.exprs([Int, Int], d)),
                    _ => Expr::of(&format!("{function}(@)"), [self.expr(Int, d)]),
                }
            }
            10 => {
                let method = *self.random.pick(&["bit_length()", "bit_count()", "conjugate()", "__index__()", "real"]);
                Expr::of(&format!("(@).{method}"), [self.expr(Int, d)])
            }
            _ => Expr::of("@[@]", self.exprs([List, Int], d)),
        }
    }

    fn float(&mut self, d: usize) -> Expr {
        match self.random.below(6) {
            0..=2 => {
                let operator = *self.random.pick(&["+", "-", "*", "/", "//", "%"]);
                let kinds = *self.random.pick(&[[Float, Float], [Float, Int], [Int, Float]]);
                Expr::of(&format!("(@ {operator} @)"), self.exprs(kinds, d))
            }
            3 => Expr::of("(@ / @)", self.exprs([Int, Int], d)),
            4 => {
                let digits = self.random.below(5);
                Expr::of(&format!("round(@, {digits})"), [self.expr(Float, d)])
            }
            _ => Expr::of("float(@)", [self.expr(Int, d)]),
        }
    }

    fn boolean(&mut self, d: usize) -> Expr {
        match self.random.below(9) {
            0..=2 => {
                let operator = *self.random.pick(&["<", "<=", "==", "!=", ">", ">="]);
                let kind = *self.random.pick(&[Int, Float, Str, List, Tuple, Set, Bool, Object]);
                Expr::of(&format!("(@ {operator} @)"), self.exprs([kind, kind], d))
            }
            3 => Expr::of("(@ < @ <= @)", self.exprs([Int, Float, Int], d)),
            4 => Expr::of("(not @)", [self.any(d)]),
            5 => {
                let kind = *self.random.pick(&[List, Tuple, Set, Dict]);
                Expr::of("(@ in @)", [self.expr(Int, d), self.expr(kind, d)])
            }
            6 => Expr::of("(@ not in @)", self.exprs([Str, Str], d)),
            7 => {
                let class = *self.random.pick(&["int", "str", "(list, tuple)", "Base", "bool"]);
                Expr::of(&format!("isinstance(@, {class})"), [self.any(d)])
            }
            _ => {
                let function = *self.random.pick(&["any", "all", "bool"]);
                Expr::of(&format!("{function}(@)"), [self.expr(List, d)])
            }
        }
    }

    fn string(&mut self, d: usize) -> Expr {
        match self.random.below(13) {
            0 => Expr::of("(@ + @)", self.exprs([Str, Str], d)),
            1 => Expr::of("(@ * (@ & 3))", self.exprs([Str, Int], d)),
            2 => {
                let methods = [
                    "upper()",
                    "lower()",
                    "strip()",
                    "title()",
                    "swapcase()",
                    "capitalize()",
                    "casefold()",
                    "zfill(6)",
                ];
                let method = *self.random.pick(&methods);
                Expr::of(&format!("(@).{method}"), [self.expr(Str, d)])
            }
            3 => {
                let method = *self.random.pick(&[
                    "ljust(8, '.')",
                    "rjust(8)",
                    "center(9, '*')",
                    "expandtabs(4)",
                    "removeprefix('a')",
                ]);
                Expr::of(&format!("(@).{method}"), [self.expr(Str, d)])
            }
            4 => Expr::of("(@).replace(@, @)", self.exprs([Str, Str, Str], d)),
            5 => Expr::of("(@).join([@, @])", self.exprs([Str, Str, Str], d)),
            6 => Expr::of("(@)[@]", [self.expr(Str, d), self.subscript(d)]),
            7 => {
                let function = *self.random.pick(&["str", "repr", "ascii"]);
                Expr::of(&format!("{function}(@)[:80]"), [self.any(d)])
            }
            8 => {
                const SPECS: &[&str] =
                    &["", ">10", "<8", "^9", "05", "+d", ",", "x", "#b", "o", "_", "e", ">+8.2f", "%", "c", "n"];
                let spec = *self.random.pick(SPECS);
                let kind = *self.random.pick(&[Int, Int, Float]);
                Expr::of(&format!("format(@, '{spec}')"), [self.expr(kind, d)])
            }
            9 => {
                let form =
                    *self.random.pick(&["f'{@}|{@!r:>6}'", "f'<{@:6.2f}{@}>'", "f'{@:{@ & 15}}'", "f'{@=!s}{@!a}'"]);
                let kinds = if form.contains(".2f") { [Float, Bool] } else { [Int, Int] };
                // Within the f-string only variables and short literals: the point is the formatting.
                Expr::of(form, kinds.map(|kind| self.leaf_without_quotes(kind)))
            }
            10 => {
                const FORMS: &[&str] =
                    &["'%s' % (@,)", "'%5d|' % @", "'%-8.3f|' % @", "'%x' % @", "'%r %s' % (@, 1)", "'%+.2e' % @"];
                let form = *self.random.pick(FORMS);
                Expr::of(form, [self.expr(Int, d)])
            }
            11 => Expr::of("'{} {:>5} {2}'.format(@, @, @)", self.exprs([Int, Str, Bool], d)),
            _ => Expr::of("chr(@ % 1000)", [self.expr(Int, d)]),
        }
    }

    fn leaf_without_quotes(&mut self, kind: Kind) -> Expr {
        match self.variable(kind) {
            Some(name) => Expr::text(name),
            None => Expr::text(if kind == Float { "2.5" } else { "12" }),
        }
    }

    fn subscript(&mut self, d: usize) -> Expr {
        match self.random.below(4) {
            0 => self.expr(Int, d),
            1 => {
                let (a, b) = (self.random.below(7) as i64 - 3, self.random.below(9) as i64 - 4);
                Expr::text(format!("{a}:{b}"))
            }
            2 => Expr::text(*self.random.pick(&["::-1", "::2", ":", "1:", ":-1", "5:0:-2", "-1::-1"])),
            _ => Expr::of("@:@", self.exprs([Int, Int], 0)),
        }
    }

    fn list(&mut self, d: usize) -> Expr {
        match self.random.below(13) {
            0 => Expr::of("[@, @]", [self.any(d), self.any(d)]),
            1 => Expr::of("(@ + @)", self.exprs([List, List], d)),
            2 => Expr::of("(@ * (@ & 3))", self.exprs([List, Int], d)),
            3 => Expr::of("(@)[@:@]", self.exprs([List, Int, Int], d)),
            4 => {
                let form = *self.random.pick(&[
                    "sorted(@)",
                    "list(reversed(@))",
                    "list(@)",
                    "[*@]",
                    "list(map(str, @))",
                    "list(enumerate(@))",
                ]);
                Expr::of(form, [self.expr(List, d)])
            }
            5 => Expr::of(
                "(@).split(@)",
                [self.expr(Str, d), Expr::text(*self.random.pick(&["", "','", "'a'", "None, 1"]))],
            ),
            6 => {
                let end = 1 + self.random.below(6);
                let element = self.comprehension_element(d);
                let step = 1 + self.random.below(3);
                Expr::of(&format!("[@ for x in range(0, {end}, {step}) if @]"), [element, self.condition_on_x()])
            }
            7 => Expr::of("[y for x in @ for y in [x, @]]", self.exprs([List, Int], d)),
            8 => Expr::of("list(zip(@, @))", self.exprs([List, Str], d)),
            9 => {
                let form = *self.random.pick(&["keys", "values", "items"]);
                Expr::of(&format!("list((@).{form}())"), [self.expr(Dict, d)])
            }
            10 => Expr::of(
                "sorted(@, key=lambda x: (str(type(x)), repr(x)), reverse=@)",
                [self.expr(List, d), self.expr(Bool, d)],
            ),
            11 => {
                let generators: Vec<Function> =
                    self.functions.iter().filter(|function| function.generator).cloned().collect();
                if generators.is_empty() {
                    return Expr::of("list(x * 2 for x in @)", [self.expr(List, d)]);
                }
                let function = self.random.pick(&generators).clone();
                self.call_of(&function, d)
            }
            _ => Expr::of("[@, *@, @]", [self.any(d), self.expr(List, d), self.any(d)]),
        }
    }

    fn comprehension_element(&mut self, d: usize) -> Expr {
        let form =
            *self.random.pick(&["x", "x * @", "(x, @)", "x - @", "str(x) + str(@)", "[x] * (@ & 1)", "lambda: x"]);
        if form == "lambda: x" {
            return Expr::text("(lambda: x)()");
        }
        Expr::of(form, [self.expr(Int, d.min(1))])
    }

    fn condition_on_x(&mut self) -> Expr {
        Expr::text(*self.random.pick(&["True", "x % 2", "x > 1", "x != 2", "not x", "x < 3 or x == 4"]))
    }

    fn tuple(&mut self, d: usize) -> Expr {
        match self.random.below(5) {
            0 => Expr::of("(@, @)", [self.any(d), self.any(d)]),
            1 => Expr::of("tuple(@)", [self.expr(List, d)]),
            2 => Expr::of("(@ + @)", self.exprs([Tuple, Tuple], d)),
            3 => Expr::of("(@)[@:]", self.exprs([Tuple, Int], d)),
            _ => Expr::of("(*@, @)", [self.expr(Tuple, d), self.any(d)]),
        }
    }

    fn dict(&mut self, d: usize) -> Expr {
        match self.random.below(6) {
            0 => Expr::of("{@: @, @: @}", [self.expr(Int, d), self.any(d), self.expr(Str, d), self.any(d)]),
            1 => Expr::of("{**@, @: @}", [self.expr(Dict, d), self.expr(Int, d), self.any(d)]),
            2 => {
                let end = 1 + self.random.below(5);
                Expr::of(
                    &format!("{{x: @ for x in range({end}) if @}}"),
                    [self.comprehension_element(d), self.condition_on_x()],
                )
            }
            3 => Expr::of("dict(zip(@, @))", self.exprs([Str, List], d)),
            4 => Expr::of("(@ | @)", self.exprs([Dict, Dict], d)),
            _ => Expr::of("dict.fromkeys(@, @)", [self.expr(Str, d), self.any(d)]),
        }
    }

    /// Sets of ints only: the order of others depends on hashes.
    fn set(&mut self, d: usize) -> Expr {
        match self.random.below(4) {
            0 => Expr::of("{@ % 100, @ % 50}", self.exprs([Int, Int], d)),
            1 | 2 => {
                let operator = *self.random.pick(&["|", "&", "-", "^"]);
                Expr::of(&format!("(@ {operator} @)"), self.exprs([Set, Set], d))
            }
            _ => {
                let end = 1 + self.random.below(12);
                Expr::of(&format!("{{x * @ % 64 for x in range({end})}}"), [self.expr(Int, d.min(1))])
            }
        }
    }

    fn object(&mut self, d: usize) -> Expr {
        match self.random.below(3) {
            0 => Expr::of("(@ + @)", self.exprs([Object, Object], d)),
            1 => Expr::of("(@ + @)", self.exprs([Int, Object], d)),
            _ => {
                let class = self.random.pick(&self.classes).clone();
                Expr::of(&format!("{class}(@)"), [self.expr(Int, d)])
            }
        }
    }

    fn call(&mut self, d: usize) -> Expr {
        let function = self.random.pick(&self.functions.clone()).clone();
        self.call_of(&function, d)
    }

    fn call_of(&mut self, function: &Function, d: usize) -> Expr {
        // Now and then too few or too many: the error's words are part of the language.
        let count = if self.random.chance(6) {
            self.random.below(function.most + 2)
        } else {
            function.least + self.random.below(function.most - function.least + 1)
        };
        let mut parts = Vec::new();
        for _ in 0..count {
            parts.push(self.any(d.min(1)));
        }
        let form = format!("{}({})", function.name, vec!["@"; count].join(", "));
        // A generator is used up at once: its repr has an address in it.
        let form = if function.generator { format!("list({form})") } else { form };
        if self.random.chance(10) {
            parts.push(self.expr(List, 0));
            return Expr::of(&form.replacen(')', ", *@)", 1).replace("(, ", "("), parts);
        }
        Expr::of(&form, parts)
    }

    /// Statements to be indented below something; what they define may not be there after them.
    fn block(&mut self, depth: usize) -> Vec<Stmt> {
        let known = self.variables.len();
        let length = 1 + self.random.below(3);
        let block = (0..length).map(|_| self.statement(depth)).collect();
        self.variables.truncate(known);
        block
    }

    fn statement(&mut self, depth: usize) -> Stmt {
        let choice = if depth == 0 { self.random.below(10) } else { self.random.below(24) };
        match choice {
            0..=2 => {
                let kind = self.kind();
                let value = self.expr(kind, 3);
                let name = match self.variable(kind) {
                    Some(name) if self.random.chance(80) && !self.in_function => name,
                    _ => {
                        let name = self.name("v");
                        self.variables.push((name.clone(), kind));
                        name
                    }
                };
                Stmt::line(Expr::of(&format!("{name} = fit(@)"), [value]))
            }
            3..=5 => Stmt::line(Expr::of("show(@, @)", [self.any(3), self.any(2)])),
            6 => self.augmented(),
            7 => self.mutation(),
            8 => {
                let form = *self.random.pick(&["a, b = @", "a, *b = @", "[a, (b, c)] = @", "*a, b = @", "a = b = @"]);
                let kind = *self.random.pick(&[List, Tuple, Str, Object]);
                let value = self.expr(kind, 2);
                let mut stmt = Stmt::block(Expr::text("if True:"), vec![Stmt::line(Expr::of(form, [value]))]);
                if let Some(body) = &mut stmt.clauses[0].body {
                    body.push(Stmt::line(Expr::text("show(a, b)")));
                }
                stmt
            }
            9 => {
                let form = *self.random.pick(&[
                    "assert @, 'no'",
                    "del v1; v1 = @",
                    "raise KeyError(@)",
                    "raise ValueError(@) from None",
                ]);
                // Raising is rarer: it ends its block.
                if form.starts_with("raise") && self.random.chance(60) {
                    return Stmt::line(Expr::of("show(@)", [self.any(3)]));
                }
                if form.starts_with("del") && self.in_function {
                    return Stmt::line(Expr::of("show(@)", [self.any(3)]));
                }
                let kind = if form.starts_with("assert") { Bool } else { Int };
                Stmt::line(Expr::of(form, [self.expr(kind, 2)]))
            }
            10..=12 => {
                let mut stmt = Stmt::block(Expr::of("if @:", [self.expr(Bool, 2)]), self.block(depth - 1));
                if self.random.chance(40) {
                    stmt = stmt.and(Expr::of("elif @:", [self.expr(Bool, 2)]), self.block(depth - 1));
                }
                if self.random.chance(50) {
                    stmt = stmt.and(Expr::text("else:"), self.block(depth - 1));
                }
                stmt
            }
            13..=15 => self.for_loop(depth),
            16 => {
                let name = self.name("n");
                self.loops += 1;
                let mut body = vec![Stmt::line(Expr::text(format!("tick(); {name} -= 1")))];
                body.extend(self.block(depth - 1));
                body.push(self.leave());
                self.loops -= 1;
                let turns = 1 + self.random.below(5);
                let mut stmt = Stmt::block(Expr::of(&format!("while {name} > 0 and @:"), [self.expr(Bool, 1)]), body);
                if self.random.chance(30) {
                    stmt = stmt.and(Expr::text("else:"), self.block(depth - 1));
                }
                Stmt::block(Expr::text("if True:"), vec![Stmt::line(Expr::text(format!("{name} = {turns}"))), stmt])
            }
            17 | 18 => self.try_statement(depth),
            19 => {
                let body = self.block(depth - 1);
                Stmt::block(Expr::of("with @ as o:", [self.expr(Object, 1)]), body)
            }
            20 => self.match_statement(depth),
            21 => {
                let count = self.random.below(4);
                let mut body = self.block(depth - 1);
                body.push(Stmt::line(Expr::text("nonlocal_like = x")));
                body.push(Stmt::line(Expr::of("return @", [self.any(2)])));
                let forms = ["show(local(@))", "show(local(@, z=1, q=2))", "show(local(*[1, 2, 3], x=@))"];
                let form = *self.random.pick(&forms);
                Stmt::block(
                    Expr::text("if True:"),
                    vec![
                        Stmt::block(Expr::text("def local(x, y=2, *args, z=3, **rest):"), body),
                        Stmt::line(Expr::of(form, [self.expr(Int, count.min(2))])),
                    ],
                )
            }
            _ => Stmt::line(Expr::of("show(@)", [self.any(3)])),
        }
    }

    fn augmented(&mut self) -> Stmt {
        let (kind, operators): (Kind, &[&str]) = match self.random.below(4) {
            0 => (Int, &["+=", "-=", "*=", "//=", "%=", "|=", "&=", "^="]),
            1 => (Float, &["+=", "-=", "*="]),
            2 => (Str, &["+="]),
            _ => (Set, &["|=", "&=", "-=", "^="]),
        };
        let operator = *self.random.pick(operators);
        match self.variable(kind) {
            Some(name) if !self.in_function => {
                let value = self.expr(kind, 2);
                Stmt::line(Expr::of(&format!("{name} {operator} @; {name} = fit({name})"), [value]))
            }
            _ => Stmt::line(Expr::of("show(@)", [self.expr(kind, 2)])),
        }
    }

    fn mutation(&mut self) -> Stmt {
        let kind = *self.random.pick(&[List, Dict, Object]);
        let Some(name) = self.variable(kind) else { return Stmt::line(Expr::text("pass")) };
        let (forms, parts): (&[&str], Vec<Expr>) = match kind {
            List => (
                &[
                    "append(@)",
                    "extend([@])",
                    "insert(1, @)",
                    "remove(@)",
                    "pop(@ & 3)",
                    "reverse()",
                    "index(@)",
                    "count(@)",
                    "sort()",
                ],
                vec![self.expr(Int, 2)],
            ),
            Dict => (
                &["setdefault(@, 1)", "pop(@, None)", "update({@: 5})", "get(@)", "popitem()"],
                vec![self.expr(Int, 2)],
            ),
            _ => (
                &["__setattr__('value', @)", "__setattr__('extra', @)", "__getattribute__('nothing', @)"],
                vec![self.expr(Int, 2)],
            ),
        };
        let form = *self.random.pick(forms);
        Stmt::line(Expr::of(&format!("show({name}.{form}, len({name}))"), parts))
    }

    fn for_loop(&mut self, depth: usize) -> Stmt {
        let head = match self.random.below(5) {
            0 => Expr::of("for i, j in enumerate(@):", [self.expr(List, 2)]),
            1 => Expr::of("for i in fit(@):", [self.expr(List, 2)]),
            2 => Expr::of("for i in sorted(@):", [self.expr(Set, 2)]),
            3 => Expr::of("for i, j in (@).items():", [self.expr(Dict, 2)]),
            _ => {
                let end = 1 + self.random.below(6);
                Expr::text(format!("for i in range({end}):"))
            }
        };
        self.loops += 1;
        let mut body = vec![Stmt::line(Expr::text("tick()"))];
        if self.random.chance(50) {
            body.push(Stmt::line(Expr::text("show(i)")));
        }
        body.extend(self.block(depth - 1));
        if self.random.chance(40) {
            body.push(self.leave());
        }
        self.loops -= 1;
        let stmt = Stmt::block(head, body);
        if self.random.chance(20) { stmt.and(Expr::text("else:"), self.block(depth - 1)) } else { stmt }
    }

    fn leave(&mut self) -> Stmt {
        let word = *self.random.pick(&["break", "continue"]);
        Stmt::block(Expr::of("if @:", [self.expr(Bool, 1)]), vec![Stmt::line(Expr::text(word))])
    }

    fn try_statement(&mut self, depth: usize) -> Stmt {
        let mut stmt = Stmt::block(Expr::text("try:"), self.block(depth - 1));
        let kinds = ["(KeyError, IndexError)", "TypeError", "ZeroDivisionError", "ValueError", "Exception"];
        let kind = *self.random.pick(&kinds);
        let mut handler = vec![Stmt::line(Expr::text("show(type(e).__name__)"))];
        handler.extend(self.block(depth - 1));
        if self.random.chance(15) {
            handler.push(Stmt::line(Expr::text("raise")));
        }
        stmt = stmt.and(Expr::text(format!("except {kind} as e:")), handler);
        if self.random.chance(30) {
            stmt = stmt.and(Expr::text("else:"), self.block(depth - 1));
        }
        if self.random.chance(40) {
            stmt = stmt.and(Expr::text("finally:"), self.block(depth - 1));
        }
        stmt
    }

    fn match_statement(&mut self, depth: usize) -> Stmt {
        const PATTERNS: &[&str] = &[
            "case int(x) if x > 1:",
            "case [x, *rest]:",
            "case {'a': x}:",
            "case str() as x:",
            "case Base(value=x):",
            "case (1 | 2) as x:",
            "case [x, [y]]:",
            "case {**x}:",
            "case None | True:",
            "case 0.5 | -1:",
        ];
        let mut cases = Vec::new();
        for _ in 0..1 + self.random.below(4) {
            let pattern = *self.random.pick(PATTERNS);
            let mut body = vec![Stmt::line(Expr::text(format!("print({pattern:?})")))];
            body.extend(self.block(depth - 1));
            cases.push(Stmt::block(Expr::text(pattern), body));
        }
        cases.push(Stmt::block(Expr::text("case _:"), self.block(depth - 1)));
        Stmt::block(Expr::of("match @:", [self.any(2)]), cases)
    }

    /// A function at the top level: its body sees the program's variables and its own parameters.
    fn function(&mut self) -> Stmt {
        let name = self.name("f");
        let (least, optional) = (self.random.below(3), self.random.below(3));
        let generator = self.random.chance(30);
        let variadic = self.random.chance(20);
        let mut parameters: Vec<String> = (0..least).map(|index| format!("p{index}")).collect();
        let mut defaults = Vec::new();
        for index in 0..optional {
            parameters.push(format!("q{index}=@"));
            defaults.push(self.any(1));
        }
        if variadic {
            parameters.push("*args".into());
        }
        let (variables, in_function, loops) = (self.variables.clone(), self.in_function, self.loops);
        self.in_function = true;
        self.loops = 0;
        for index in 0..least {
            let kind = self.kind();
            self.variables.push((format!("p{index}"), kind));
        }
        for index in 0..optional {
            let kind = self.kind();
            self.variables.push((format!("q{index}"), kind));
        }
        let mut body = vec![Stmt::line(Expr::text("tick()"))];
        body.extend(self.block(2));
        if generator {
            body.push(Stmt::block(
                Expr::text("for g in range(3):"),
                vec![
                    Stmt::line(Expr::of("tick(); got = yield @", [self.any(2)])),
                    Stmt::line(Expr::text("show(g, got)")),
                ],
            ));
            if self.random.chance(40) {
                body.push(Stmt::line(Expr::of("yield from fit(@)", [self.expr(List, 2)])));
            }
        } else if self.random.chance(30) {
            let value = self.any(2);
            body.push(Stmt::block(Expr::text("def inner():"), vec![Stmt::line(Expr::of("return @", [value]))]));
            body.push(Stmt::line(Expr::text("return inner()")));
        } else {
            body.push(Stmt::line(Expr::of("return @", [self.any(3)])));
        }
        (self.variables, self.in_function, self.loops) = (variables, in_function, loops);
        self.functions.push(Function { name: name.clone(), least, most: least + optional, generator });
        Stmt::block(Expr::of(&format!("def {name}({}):", parameters.join(", ")), defaults), body)
    }

    fn class(&mut self) -> Stmt {
        let name = self.name("C");
        let base = self.random.pick(&self.classes).clone();
        let (variables, in_function) = (self.variables.clone(), self.in_function);
        self.in_function = true;
        let mut body = vec![Stmt::line(Expr::of("field = @", [self.any(2)]))];
        let members = [
            ("def method(self, x=1):", "return @", Int),
            ("def __len__(self):", "return @", Int),
            ("def __bool__(self):", "return @", Bool),
            ("def __call__(self, *args):", "return @", List),
            ("def __contains__(self, item):", "return item == @", Int),
            ("def __iter__(self):", "yield from fit(@)", List),
            ("def __sub__(self, other):", "return @", Int),
            ("def __getattr__(self, name):", "return name + @", Str),
            ("def __format__(self, spec):", "return spec + @", Str),
            ("def __eq__(self, other):", "return @", Bool),
        ];
        for _ in 0..1 + self.random.below(4) {
            let (head, form, kind) = *self.random.pick(&members);
            let value = self.expr(kind, 2);
            body.push(Stmt::block(
                Expr::text(head),
                vec![Stmt::line(Expr::text("tick()")), Stmt::line(Expr::of(form, [value]))],
            ));
        }
        if self.random.chance(40) {
            let value = self.any(2);
            body.push(Stmt::line(Expr::text("@property")));
            body.push(Stmt::block(Expr::text("def prop(self):"), vec![Stmt::line(Expr::of("return @", [value]))]));
        }
        (self.variables, self.in_function) = (variables, in_function);
        self.classes.push(name.clone());
        Stmt::block(Expr::text(format!("class {name}({base}):")), body)
    }
}

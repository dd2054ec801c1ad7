"""ast, inspect, tokenize, symtable, keyword."""
import ast, inspect, tokenize, io, symtable
source = "@d\nclass A(B, metaclass=M):\n    x: int = 1\n    async def f(self, /, a, *b, c=2, **d) -> int:\n        async with z as y: return await a\n        for i, *j in k: yield i if i else [*j]\n        try: del q\n        except* E as e: raise F from e\n        match m:\n            case {'k': [1, *_], **r} if r: pass\n            case P(a=1) | None: pass\n        return lambda *p, q=1: {x: y for x in f'{a!r:>{w}}' if x}\ntype T[U: int] = list[U]\n"
tree = ast.parse(source); print(ast.unparse(tree)); print(ast.dump(ast.parse("a.b[1:2], -x ** 2; x = y = 1 < 2 in z"), indent=1)[:600])
print(ast.literal_eval("[1, -2.5, 'a', (None, True), {'k': {1, 2}}, b'x', 1+2j]"), [type(n).__name__ for n in ast.walk(ast.parse("x + 1"))])
class V(ast.NodeTransformer):
    def visit_Constant(self, node): return ast.Constant(node.value * 2) if isinstance(node.value, int) else node
print(eval(compile(ast.fix_missing_locations(V().visit(ast.parse("1 + 2", mode="eval"))), "f", "eval")))
try:
    ast.literal_eval("f(1)")
except ValueError as error:
    print(str(error).split(" on ")[0][:30])
def f(a, b: int = 1, /, c=2, *args, d, e: str = "x", **kw) -> list: "doc string"
sig = inspect.signature(f); print(sig, list(sig.parameters), sig.return_annotation, sig.bind(1, 2, 3, 4, d=5, z=6).arguments, inspect.getdoc(f), inspect.isfunction(f), inspect.getsource(f)[:20], inspect.signature(len), inspect.signature(int.from_bytes) if False else "", inspect.getmro(bool), inspect.isclass(int), inspect.getmembers(type("Q", (), {"z": 1}))[-1])
print([(tokenize.tok_name[t.type], t.string) for t in tokenize.generate_tokens(io.StringIO("x = f'a{b!r}' # c\nif 1:\n  y\n").readline)])
st = symtable.symtable("def f(a):\n  global g\n  b = lambda: a\n", "f", "exec"); fn = st.get_children()[-1]; print(fn.get_name(), fn.get_parameters(), fn.get_locals(), fn.get_globals(), fn.lookup("a").is_parameter())

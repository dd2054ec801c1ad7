# Trees that no parser makes: they compile, or are refused in the order of the tree.
import ast


def attempt(tree):
    ast.fix_missing_locations(tree)
    try:
        return compile(tree, "<test>", "exec")
    except (TypeError, ValueError) as error:
        print(f"{type(error).__name__}: {error}")


code = attempt(ast.parse("import a\nx = a.b\n__y = 2\n"))
tree = ast.parse("import a, b\nfrom c import d\nx.y = z")
tree.body[0].names[1].name = "\ud800"
tree.body[1].names[0].name = "e\udfff"
tree.body[2].targets[0].attr = "\U0010ffff\ud801"
print(ascii(attempt(tree).co_names), ascii(attempt(tree).co_consts))
kept = compile(tree, "<test>", "exec", ast.PyCF_ONLY_AST)
print(ascii(kept.body[2].targets[0].attr))

attempt(ast.Module([ast.Expr(ast.Constant("doc\ud800"))], []))
attempt(ast.Module([ast.Expr(ast.Constant(object))], []))
attempt(ast.Module([ast.Expr(ast.Constant((1, [2])))], []))
attempt(ast.Module([ast.Expr(ast.Tuple([ast.Constant(1), None], ast.Load()))], []))
attempt(ast.Module([ast.Pass(), None], []))
attempt(ast.Module([ast.Expr(ast.Constant({}), lineno=3, end_lineno=2, col_offset=0)], []))
type_alias = ast.parse("type X[T] = int")
del type_alias.body[0].type_params[0].end_lineno
try:
    compile(type_alias, "<test>", "exec")
except TypeError as error:
    print(error)

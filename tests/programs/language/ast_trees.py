"""Trees of `ast`: made by the parser, by hand, compiled, refused, changed and shown."""

import ast

tree = ast.parse("x = [n * 2 for n in range(3)]\nprint(x)")
print(ast.dump(tree.body[0].value, indent=1))
print(ast.unparse(tree))
exec(compile(tree, "<tree>", "exec"))

print(repr(tree))
print(ast.Add() is ast.Add(), tree.body[0].targets[0].ctx is ast.parse("y = 1").body[0].targets[0].ctx)
print(ast.BinOp._fields, ast.BinOp.__match_args__, ast.expr._attributes)
print(ast.Assign._field_types, ast.arguments.__doc__)
name = ast.Name("a")
print(vars(name), name.__replace__(id="b").id, name.__reduce_ex__(2))


def refused(source, mode="exec"):
    try:
        compile(source, "<tree>", mode)
    except (TypeError, ValueError) as error:
        print(f"{type(error).__name__}: {error}")


place = {"lineno": 1, "col_offset": 0}
refused(ast.Module([ast.Expr(ast.Name("x", ast.Load()))], []))
refused(ast.Module([ast.Expr(ast.Name("x", ast.Store(), **place), **place)], []))
refused(ast.Module([ast.Expr(ast.Name(None, ast.Load(), **place), **place)], []))
refused(ast.Module([None], []))
refused(ast.Module("x", []))
refused(ast.Expression(ast.Constant([], **place)), "eval")
refused(ast.Expression(ast.BinOp(1, ast.Add(), 2, **place)), "eval")
refused(tree, "eval")

"""What the compiler's modules show of a program: tokens, symbols, instructions."""

import dis
import io
import opcode
import symtable
import tokenize

for token in tokenize.generate_tokens(io.StringIO('def f(x):\n    return f"{x!r:>{4}}"\n').readline):
    print(token.start, tokenize.tok_name[token.type], repr(token.string))

table = symtable.symtable("def f(a):\n    global g\n    g = a\n    return lambda: a", "<text>", "exec")
function = table.get_children()[-1]
print(function.get_name(), function.get_parameters(), function.get_globals(), function.get_locals())
print(sorted((s.get_name(), s.is_global(), s.is_parameter(), s.is_referenced()) for s in function.get_symbols()))

dis.dis(compile("for i in a:\n    print(i + 1)", "<text>", "exec"))
print(opcode.stack_effect(opcode.opmap["BUILD_LIST"], 3), opcode.hasjump[:3])

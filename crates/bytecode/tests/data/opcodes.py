"""Writes what the running interpreter says of its instruction set, for tests/opcode_table.rs.

    python3.14 crates/bytecode/tests/data/opcodes.py > crates/bytecode/tests/data/opcodes.txt
"""

import _opcode
import opcode

VIEWS = ["has_arg", "has_const", "has_name", "has_jump", "has_free", "has_local", "has_exc"]
ARGUMENTS = [0, 1, 2, 3, 4, 5, 8, 16, 259]

numbers = dict(opcode.opmap)
for name, number in opcode._specialized_opmap.items():
    numbers.setdefault(name, number)
bases = {form: base for base, forms in opcode._specializations.items() for form in forms}


def effect(number, argument, jump):
    try:
        return _opcode.stack_effect(number, argument if _opcode.has_arg(number) else None, jump=jump)
    except ValueError:
        return "-"


for name, number in sorted(numbers.items(), key=lambda item: item[1]):
    views = ",".join(view for view in VIEWS if getattr(_opcode, view)(number)) or "-"
    caches = opcode._inline_cache_entries.get(name, 0)
    effects = [f"{effect(number, a, False)}/{effect(number, a, True)}" for a in ARGUMENTS]
    print("op", name, number, views, caches, bases.get(name, "-"), *effects)
for number, (name, text) in enumerate(opcode._nb_ops):
    print("binary", number, name, text)
for number, text in enumerate(opcode.cmp_op):
    print("compare", number, text)
for number, name in enumerate(opcode._intrinsic_1_descs):
    print("intrinsic1", number, name)
for number, name in enumerate(opcode._intrinsic_2_descs):
    print("intrinsic2", number, name)
for number, name in enumerate(opcode._special_method_names):
    print("special", number, name)
for number, value in enumerate(opcode._common_constants):
    print("common", number, value.__name__)
for name, fields in opcode._cache_format.items():
    print("cache", name, *(f"{field}:{size}" for field, size in fields.items()))

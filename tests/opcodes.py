"""Runs a program and writes the names of the instructions that it executed: what `cargo xtask opcodes-executed` adds up.

    python opcodes.py OUTPUT PROGRAM

sys.monitoring reports each instruction the first time it is reached at its place; the program's own output goes nowhere.
"""

import opcode
import os
import runpy
import sys

output, program = sys.argv[1:3]
seen = set()
monitoring = sys.monitoring
tool = monitoring.DEBUGGER_ID


def reached(code, offset):
    seen.add(code.co_code[offset])
    return monitoring.DISABLE


sys.argv = [program]
os.chdir(os.path.dirname(os.path.abspath(program)))
sys.path[0] = os.getcwd()
sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")
monitoring.use_tool_id(tool, "opcodes")
monitoring.register_callback(tool, monitoring.events.INSTRUCTION, reached)
monitoring.set_events(tool, monitoring.events.INSTRUCTION)
try:
    runpy.run_path(program, run_name="__main__")
except BaseException:
    pass
monitoring.set_events(tool, 0)
with open(output, "w", encoding="utf-8") as file:
    for number in sorted(seen):
        file.write(opcode.opname[number] + "\n")

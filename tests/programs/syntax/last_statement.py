# A misspelt keyword is guessed from what follows the last complete statement.
import traceback

for source in ["if x:\n  pass\nelso:\n  pass\n", "a = 1\nwhille True:\n  pass\n", "for a im b: pass\n", "def f():\n  returm 1\n"]:
    try:
        compile(source, "<test>", "exec")
    except SyntaxError as error:
        print(error._metadata)
        print(traceback.format_exception_only(error)[-1], end="")

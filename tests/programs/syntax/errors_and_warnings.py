# What is warned of before and behind an error, and which of the two is raised where warnings are errors.
import warnings

sources = [
    "id(foo)'''\\(''' 'x\n",
    "import-> zlib\nx = 16in y\n",
    "a b\nx(f'\\{a}')\n",
    "x = (\n  'a',\n  '\\(', b c\n",
    "x = \\\n1 \\x\n",
    "'''\n''' + 1 \\x\n",
]
for source in sources:
    for action in ("always", "error"):
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter(action)
            try:
                compile(source, "<test>", "exec")
            except SyntaxError as error:
                print(action, error.msg, error.lineno, error.offset, error.end_lineno, error.end_offset)
        for warning in said:
            print("   ", warning.lineno, warning.message)

# Line ends are translated in the bytes: places of faults are counted after that.
for source in [b"# coding: ascii\r\n\r\nx = '\xff'\n", b"a = 1\rb = '\xff'\r\n", b"#\xff x\r\ny\n", b"a\rb = = 1\n"]:
    try:
        compile(source, "<test>", "exec")
    except SyntaxError as error:
        print(error.msg, error.lineno, error.offset, ascii(error.text))

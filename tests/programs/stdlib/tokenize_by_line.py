# The tokenizer asks for a line only when it needs one.
import io
import tokenize


def lines(text):
    for number, line in enumerate(text.splitlines(keepends=True), 1):
        print("line", number)
        yield line


text = "a = 1\nif a:\n    b = '''x\ny'''\n    c = f'''{\na}\n'''\nd = \\\n 2\n# end\n"
for token in tokenize.generate_tokens(lines(text).__next__):
    print(tokenize.tok_name[token.exact_type], repr(token.string), token.start, token.end)

stream = io.StringIO("x = 1\ny = 2\nz = '\n")
first = next(tokenize.generate_tokens(stream.readline))
print(first.string, stream.tell())
print([token.string for token in tokenize.generate_tokens(io.StringIO("2sin 01").readline)])

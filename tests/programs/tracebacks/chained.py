"""Uncaught: cause and context, notes, re-raise."""
class AppError(Exception): pass
def parse(text):
    try:
        return int(text)
    except ValueError as error:
        error.add_note("while parsing")
        raise AppError("cannot parse") from error
def main():
    try:
        parse("x1")
    except AppError:
        {}["missing"]
main()

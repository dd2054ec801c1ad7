"""argparse: options, subcommands, help and errors."""
import argparse, contextlib, io, sys
p = argparse.ArgumentParser(prog="tool", description="Does things.", epilog="The end.")
p.add_argument("source", help="where from"); p.add_argument("rest", nargs="*", type=int)
p.add_argument("-v", "--verbose", action="count", default=0); p.add_argument("--level", choices=["low", "high"], default="low", help="how (default: %(default)s)"); p.add_argument("-o", "--output", metavar="FILE", required=False); p.add_argument("--flag", action=argparse.BooleanOptionalAction); p.add_argument("--version", action="version", version="%(prog)s 1.0")
print(p.parse_args(["src", "1", "2", "-vv", "--level=high", "-oX", "--no-flag"])); print(p.format_help())
for bad in ([], ["s", "x"], ["s", "--level", "mid"], ["s", "--nope"], ["s", "-o"], ["--version"], ["s", "--lev", "high", "--ver"]):
    err = io.StringIO()
    with contextlib.redirect_stderr(err), contextlib.redirect_stdout(err):
        try:
            print(p.parse_args(bad))
        except SystemExit as stop:
            print("exit", stop.code)
    print(bad, err.getvalue())
q = argparse.ArgumentParser(prog="git"); subs = q.add_subparsers(dest="command", required=True); c = subs.add_parser("commit", help="record"); c.add_argument("-m", required=True); g = c.add_mutually_exclusive_group(); g.add_argument("--a", action="store_true"); g.add_argument("--b", action="store_const", const=5)
print(q.parse_args(["commit", "-m", "msg", "--b"]), q.format_usage())

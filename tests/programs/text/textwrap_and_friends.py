"""textwrap, string, difflib, shlex, pprint in everyday use."""
import textwrap, string, difflib, shlex, pprint
text = "The quick brown fox jumped over the lazy dog and ran away from the very angry bear."
print(textwrap.fill(text, 30), textwrap.wrap(text, 40)[1], textwrap.shorten(text, 25), textwrap.dedent("  a\n    b\n  c"), textwrap.indent("x\ny", "> "), sep="\n")
print(string.ascii_lowercase, string.digits, string.punctuation, string.capwords("ab cd"))
print("\n".join(difflib.unified_diff("a b c".split(), "a x c".split(), lineterm="")), difflib.get_close_matches("appel", ["ape", "apple", "peach"]), round(difflib.SequenceMatcher(None, "abcd", "bcde").ratio(), 3))
print(shlex.split("a 'b c' \"d e\" f\\ g"), shlex.quote("it's"), shlex.join(["a b", "c"]))
pprint.pprint({"key": list(range(30)), "other": {"nested": ["x" * 30, "y" * 30]}, "t": (1,)}, width=60)
print(pprint.pformat([1, [2]], indent=2), pprint.pformat("a long string " * 8, width=40))

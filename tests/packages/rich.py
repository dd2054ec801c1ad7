"""rich: text with markup, tables, trees, panels, syntax, Markdown, progress, tracebacks and export, on a console of known width."""
import io
import re
from dataclasses import dataclass, field

from rich import box, inspect, print_json
from rich.columns import Columns
from rich.console import Console, Group
from rich.emoji import Emoji
from rich.json import JSON
from rich.layout import Layout
from rich.markdown import Markdown
from rich.markup import escape, render
from rich.padding import Padding
from rich.panel import Panel
from rich.pretty import Pretty, pretty_repr
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn
from rich.rule import Rule
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text
from rich.theme import Theme
from rich.traceback import Traceback
from rich.tree import Tree

console = Console(file=io.StringIO(), width=60, force_terminal=True, color_system="truecolor", legacy_windows=False, record=True, _environ={},
                  theme=Theme({"warn": "bold yellow on #202020"}))


def show(*things, **settings):
    """Prints what the terminal would get, with the control codes made visible, and forgets it."""
    console.print(*things, **settings)
    for line in console.file.getvalue().splitlines():
        print(re.sub(r"\bid=\d+", "id=N", line.replace("\x1b", "^")))
    console.file.seek(0)
    console.file.truncate()


show("[bold red]alert[/] [link=https://example.org]here[/link] [warn]careful[/warn] :thumbs_up: 1.5 'text' True [not a tag]")
show(Text.from_markup("[i]a[/i] b").append(" c", "blue").highlight_regex(r"\w", "bold") or "", justify="center")
table = Table("name", title="Fruit", caption="all of it", box=box.ROUNDED, row_styles=["", "dim"], show_lines=True)
table.add_column("price", justify="right", style="cyan", footer="sum")
table.add_column("notes", overflow="fold", max_width=20)
table.add_row("apple", "1.50", "green and sour, from the garden behind the house")
table.add_row("[b]日本[/b]", "22", Panel("inner", expand=False))
show(table)
tree = Tree("root", guide_style="bold")
branch = tree.add("[green]branch")
branch.add("leaf").add("deeper")
tree.add(Group("a", "b"))
show(tree)
show(Panel.fit("fit", title="T", subtitle="S", border_style="red"), Padding("padded", (1, 4)), Rule("rule"), Columns(["one", "two", "three"] * 3))
show(Syntax("def f(x):\n    return x + 1  # comment\n", "python", line_numbers=True, theme="ansi_dark", highlight_lines={2}))
show(Markdown("# Head\n\nSome *emphasis*, **strong** and `code`.\n\n* one\n* two\n  1. a\n\n> quote\n\n```python\nx = 1\n```\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n[link](https://example.org)"))
show(JSON('{"a": [1, 2.5, null, true], "b": {"c": "text"}}'))


@dataclass
class Thing:
    name: str
    parts: list = field(default_factory=list)
    hidden: int = field(default=0, repr=False)


show(Pretty(Thing("a", [Thing("b"), {"key": {1, 2}, "other": [None] * 3, "long": "x" * 30}])))
print(pretty_repr({"a": list(range(30)), "b": "text" * 20}, max_width=40, max_length=5, max_string=12))
layout = Layout()
layout.split_column(Layout(name="top", size=3), Layout(name="bottom"))
layout["bottom"].split_row(Layout(Panel("left")), Layout(Panel("right"), ratio=2))
layout["top"].update(Panel("top"))
show(layout, height=7)
progress = Progress(TextColumn("{task.description}"), BarColumn(20), TaskProgressColumn(), console=console, auto_refresh=False)
task = progress.add_task("work", total=4)
progress.advance(task, 3)
show(progress.get_renderable())


def broken(n):
    values = [1, 2, 3]
    return values[n] / 0


def explained():
    width = 70
    try:
        broken(1)
    except ZeroDivisionError as error:
        return Traceback.from_exception(type(error), error, error.__traceback__, width=width, show_locals=True)


plain = Console(file=io.StringIO(), width=70, color_system=None, _environ={})
plain.print(explained())
print(re.sub(r" *(/\S*)+/(.*?) *│", r" \2 │", plain.file.getvalue()))
inspect(Thing("seen"), console=console, methods=False, title="A thing")
show()
with console.capture() as capture:
    console.print("captured", style="bold")
print(repr(capture.get()), repr(render("[b]x[/b]").spans), escape("[b]"), Emoji.replace(":heart:"), Text("abc").plain, console.measure("a bc").maximum)
plain = Console(file=io.StringIO(), width=30, record=True, color_system=None, _environ={})
plain.print("wrapped text that is longer than the line", "[b]bold[/b]", 42, {"a": 1}, sep=" | ")
print(plain.export_text(clear=False), plain.export_html(inline_styles=True).count("<span"), "svg" in plain.export_svg(title="x")[:10])
try:
    console.print("[b]x[/i]")
except Exception as error:
    print(type(error).__name__, error)

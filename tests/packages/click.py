"""click: a command line of groups, options, arguments, prompts and help, driven by its own test runner."""
import contextlib
import tempfile

import click
from click.testing import CliRunner


@click.group()
@click.option("--verbose/--quiet", default=False, help="Say more.")
@click.version_option("1.2.3", prog_name="shop")
@click.pass_context
def shop(context, verbose):
    """A shop that keeps a list of things."""
    context.obj = {"verbose": verbose}


@shop.command()
@click.argument("names", nargs=-1, required=True)
@click.option("-n", "--count", type=click.IntRange(1, 10), default=1, show_default=True, help="How many of each.")
@click.option("--size", type=click.Choice(["small", "large"], case_sensitive=False), help="The size.")
@click.option("--price", type=float, envvar="SHOP_PRICE", help="The price of one.")
@click.pass_obj
def add(settings, names, count, size, price):
    """Add things to the list.

    Every NAME is a thing.
    """
    for name in names:
        click.echo(f"{count} x {name}{f' ({size})' if size else ''}{f' at {price:.2f}' if price else ''}")
    if settings["verbose"]:
        click.secho(f"{len(names)} added", fg="green", bold=True)


@shop.command("read")
@click.argument("source", type=click.File("r"))
@click.option("--lines", is_flag=True)
def read_file(source, lines):
    """Read a list from a file."""
    text = source.read()
    click.echo(len(text.splitlines()) if lines else text.upper(), nl=lines)


@shop.command(hidden=True)
@click.password_option()
@click.confirmation_option(prompt="Really?")
def secret(password):
    click.echo(f"{len(password)} characters")


@shop.command()
@click.option("--pair", type=(str, int), multiple=True)
@click.option("-v", count=True)
@click.option("--when", type=click.DateTime(["%Y-%m-%d"]))
def options(pair, v, when):
    """Options of other kinds."""
    click.echo(f"{pair} {v} {when}")
    if v > 2:
        raise click.ClickException("that is too much")
    if v == 2:
        raise click.UsageError("not twice")


runner = CliRunner()


def run(*arguments, **settings):
    result = runner.invoke(shop, arguments, **settings)
    print(f"$ shop {' '.join(arguments)}")
    print(result.output, end="" if result.output.endswith("\n") else "\n")
    print(f"exit {result.exit_code}" + (f" {result.exception!r}" if result.exception else ""))


run("--help")
run("--version")
run("add", "--help")
run("add", "apple", "pear", "-n", "3", "--size", "LARGE")
run("--verbose", "add", "apple", "--price=2.5")
run("add", "x", env={"SHOP_PRICE": "7"})
run("add")
run("add", "x", "-n", "11")
run("add", "x", "-n", "many")
run("add", "x", "--size", "medium")
run("ad", "x")
run("add", "--colour", "x")
run("add", "x", "--prise", "1")
run("secret", input="abc\nabc\ny\n")
run("secret", input="abc\nabd\nabc\nabc\nn\n")
run("options", "--pair", "a", "1", "--pair", "b", "2", "-v", "--when", "2024-02-29")
run("options", "--pair", "a", "b")
run("options", "-vvv")
run("options", "-vv")
with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
    with open("list.txt", "w") as file:
        file.write("apple\npear\n")
    run("read", "list.txt")
    run("read", "--lines", "list.txt")
    run("read", "nosuch.txt")
    run("read", "-", input="from standard input")
print(click.style("bold", bold=True).encode(), click.unstyle(click.style("red", fg="red")))
click.echo(click.format_filename("a/b.txt", shorten=True))
with click.progressbar(range(3), label="Working", file=open("/dev/null", "w")) as bar:
    print(sum(bar))

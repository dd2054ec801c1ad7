"""jinja2, with markupsafe's fallback in Python: templates with inheritance, macros, filters, escaping, errors and a sandbox."""
import markupsafe
from jinja2 import DictLoader, Environment, StrictUndefined, TemplateSyntaxError, UndefinedError, select_autoescape
from jinja2.sandbox import SandboxedEnvironment, SecurityError
from markupsafe import Markup, escape

TEMPLATES = {
    "base.html": """<title>{% block title %}Shop{% endblock %}</title>
{%- block body required %}{% endblock %}
""",
    "macros.html": """{% macro field(name, kind='text') -%}
<input name="{{ name }}" type="{{ kind }}"{{ kwargs | xmlattr }}>
{%- endmacro %}""",
    "list.html": """{% extends "base.html" %}
{% from "macros.html" import field %}
{% block title %}{{ super() }}: {{ title | title }}{% endblock %}
{% block body %}
{% for item in items if item.price > 1 recursive -%}
  {{ loop.index }}/{{ loop.length }}{{ " last" if loop.last }} {{ item.name }}: {{ "%.2f" | format(item.price) }}
{% else %}
  nothing
{% endfor %}
{{ field("query", placeholder="<find>", required=true) }}
{%- set total = namespace(sum=0) %}
{%- for item in items %}{% set total.sum = total.sum + item.price %}{% endfor %}
total {{ total.sum | round(1) }}
{% include "missing.html" ignore missing %}
{%- with a = 1, b = a is defined %}{{ a }} {{ b }}{% endwith %}
{% filter upper %}upper {{ title }}{% endfilter %}
{% raw %}{{ raw }}{% endraw %}{# a comment #}
{% endblock %}""",
    "plain.txt": "{{ value }} & {{ 3 // 2 }} {{ 2 ** 10 }} {{ [1, 2, 3] | sum }} {{ 'a' ~ 1 }}",
}

environment = Environment(loader=DictLoader(TEMPLATES), autoescape=select_autoescape(["html"]), trim_blocks=True, lstrip_blocks=True)
items = [{"name": "apple <green>", "price": 1.5}, {"name": "pear & fig", "price": 22.25}, {"name": "nut", "price": 0.5}]
print(environment.get_template("list.html").render(title="fruit & more", items=items))
print(environment.get_template("plain.txt").render(value="<b>"))

print(environment.from_string("{{ groups | groupby('kind') | map(attribute='grouper') | join(',') }}").render(
    groups=[{"kind": "b"}, {"kind": "a"}, {"kind": "b"}]))
print(environment.from_string(
    "{{ names | sort | unique | list }} {{ names | batch(2, '-') | list }} {{ text | wordwrap(11) | indent }} "
    "{{ text | truncate(14) }} {{ {'b': 1, 'a': 2} | dictsort }} {{ names | tojson }} {{ 1234567 | filesizeformat }}"
).render(names=["c", "a", "b", "a"], text="some words of a longer text"))
print(environment.from_string("{{ x is divisibleby 3 }} {{ 'a' in 'abc' }} {{ y | default('none') }} {{ z.a.b is defined }}").render(x=9, z={"a": {}}))
environment.filters["shout"] = lambda value, mark="!": value.upper() + mark
environment.tests["even_length"] = lambda value: len(value) % 2 == 0
print(environment.from_string("{{ 'ab' | shout }} {{ 'ab' is even_length }} {{ 'abc' | shout('?') }}").render())
print(list(environment.from_string("{% for c in 'abc' %}{{ loop.cycle('x', 'y') }}{{ loop.changed(c) }} {% endfor %}").generate()))
print(environment.from_string("{% macro m(n) %}{% for i in range(n) %}{{ caller(i) }}{% endfor %}{% endmacro %}{% call(x) m(2) %}({{ x }}){% endcall %}").render())

for source in ["{% for %}", "{{ 1 + }}", "{% if x %}", "{{ 'a' | nosuch }}", "{% endfor %}", "{{ a b }}"]:
    try:
        environment.from_string(source)
    except TemplateSyntaxError as error:
        print(f"{source!r}: line {error.lineno}: {error}")
strict = Environment(undefined=StrictUndefined)
for source in ["{{ nothing }}", "{{ thing.nothing }}", "{{ thing['a'] }}", "{{ thing() }}"]:
    try:
        print(strict.from_string(source).render(thing=1))
    except (UndefinedError, TypeError) as error:
        print(f"{source!r}: {type(error).__name__}: {error}")
try:
    print(SandboxedEnvironment().from_string("{{ x.__class__.__mro__ }}").render(x=1))
except SecurityError as error:
    print(error)


async def names():
    yield "a"
    yield "b"


async def rendered():
    template = Environment(enable_async=True).from_string("{% for name in names() %}{{ name }};{% endfor %}{{ value() }}")

    async def value():
        return 42

    return await template.render_async(names=names, value=value)


import asyncio

print(asyncio.run(rendered()))
print(markupsafe.escape("<a href='x'>&\"</a>"), Markup("<b>%s</b>") % "<i>", Markup("a") + "<", Markup("<em>a &amp; b</em>").striptags())
print(repr(escape(Markup("<b>"))), Markup("{0:}").format("<x>"), Markup("&lt;x&gt;").unescape(), Markup(",").join(["<", Markup("<")]))
print(environment.compile_expression("a + b * 2")(a=1, b=3), sorted(environment.list_templates()))

"""docutils: a reStructuredText document as HTML, LaTeX, XML and pseudo-XML, with its errors."""
import io

from docutils import nodes
from docutils.core import publish_doctree, publish_parts, publish_string
from docutils.parsers.rst import Directive, directives, roles

SOURCE = """\
=====
Title
=====
--------
Subtitle
--------

:Author: A. Person
:Version: 1.0

.. contents::

Section one
===========

A paragraph with *emphasis*, **strong**, ``literal``, a link_, `another <https://example.org/?a=1&b=2>`_,
a footnote [#note]_, a citation [Ref]_ and |replaced|.

.. _link: https://example.org/
.. |replaced| replace:: *substitution*
.. [#note] The note.
.. [Ref] The reference.

- a list

  - of lists
- end

1. numbers
#. more

term
    definition
other : kind
    second

Section two
-----------

.. code:: python

    def f(x):
        return x < 1

.. note:: Take care.

.. table:: A table

   ===== =====
   one   two
   ===== =====
   1     2
   3     4
   ===== =====

+-----+---------+
| a   | b       |
+     +----+----+
|     | c  | d  |
+-----+----+----+

.. math:: a^2 + b^2 = c^2

.. shout:: quiet words
   :mark: ?

:loud:`a role`

::

    literal block

-o FILE  an option
--long   another

>>> 1 + 1
2

| line
|   block

.. image:: picture.png
   :alt: A picture
"""


class Shout(Directive):
    required_arguments = 1
    final_argument_whitespace = True
    option_spec = {"mark": directives.unchanged}

    def run(self):
        return [nodes.paragraph(text=self.arguments[0].upper() + self.options.get("mark", "!"))]


def loud(name, rawtext, text, lineno, inliner, options=None, content=None):
    return [nodes.strong(rawtext, text.upper())], []


directives.register_directive("shout", Shout)
roles.register_local_role("loud", loud)
settings = {"output_encoding": "unicode", "embed_stylesheet": False, "stylesheet_path": "", "datestamp": None, "generator": False}

parts = publish_parts(SOURCE, writer="html5", settings_overrides=settings)
print(parts["title"], parts["subtitle"])
print(parts["body"])
print(publish_parts(SOURCE, writer="latex", settings_overrides=settings)["body"])
print(publish_string(SOURCE, writer="pseudoxml", settings_overrides=settings)[:2500])
print(publish_string("*a* ``b``\n\n* c", writer="xml", settings_overrides=settings))
print(publish_string("T\n=\n\ntext", writer="manpage", settings_overrides=settings).splitlines()[-3:])

document = publish_doctree(SOURCE)
print([section[0].astext() for section in document.findall(nodes.section)], len(list(document.findall(nodes.reference))))
errors = io.StringIO()
publish_string("Title\n==\n\n*open\n\n.. nosuch:: x\n\n`bad`_ |gone|\n\n* a\nb\n", settings_overrides=settings | {"warning_stream": errors, "report_level": 1})
print(errors.getvalue())

r"""How items are chosen by an expression on their columns: ``year >= 2010 and topic == "sport"``.

An expression is parsed into a tree and evaluated with Arrow's functions; nothing of it is ever run
as Python.

======================  ==========================================================================
columns                 ``year``; with spaces or signs, or named like a word of the language, in
                        backticks: ```the year```, where two backticks are one of the name's own
numbers                 ``3``, ``.5``, ``1e-3``, ``-2``; ``+ - * /`` on them and on columns
texts                   ``"sport"`` or ``'sport'``; ``\\ \" \' \n \t \r \u00e9`` are
                        escapes, and any other backslash stays, so ``"\d+"`` needs none doubled
yes and no              ``true``, ``false``; a column of them is a condition as it stands
compare                 ``== != < <= > >=``, ``= ≠ ≤ ≥`` too, and in chains: ``2000 <= year < 2010``
dates                   texts beside a column of dates: ``day >= "2020-01-31"``. A date is its
                        whole period: ``day == "2020-01"`` is true in all of January, ``day >
                        "2020"`` from 2021 on, ``day == "2020-01-31 18:30"`` for a minute
texts                   ``contains "x"``, ``startswith "x"``, ``endswith "x"``, and
                        ``matches "x.*y"``, a regular expression as RE2 knows it, found anywhere
one of                  ``topic in ("sport", "art")``
missing                 ``year is missing``, ``year is not missing``
together                ``not``, then ``and``, then ``or``; parentheses; ``not in`` and the like
======================  ==========================================================================

Words of the language are read in any case; columns and texts only as they are written (``matches
"(?i)sport"`` ignores case).

A missing value (null or NaN) is neither like nor unlike anything: a comparison with it is unknown,
also under ``!=``. As in SQL, ``not`` of unknown is unknown, ``and`` is false when one side is
false, ``or`` is true when one side is true, and an item whose answer stays unknown is not chosen.
An empty text is a text, and known. Arithmetic is in float64; dividing by zero gives a missing
value.
"""

from embexplorer.measures.expression.completing import completions, word_start
from embexplorer.measures.expression.evaluating import evaluate
from embexplorer.measures.expression.parsing import parse
from embexplorer.measures.expression.tree import Expression, ExpressionError

__all__ = ["Expression", "ExpressionError", "completions", "evaluate", "parse", "word_start"]

"""Texts, items, lists and tables as HTML that also reads well where a browser is not asked."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_LINK = re.compile(r"https?://[^\s<>\"“”]+[^\s<>\"“”.,;:)]")


def text(value: object) -> str:
    """Return a text in which no element can begin, nor an attribute end."""
    return html.escape(str(value))


def items_text(items: Iterable[str], language: str = "") -> str:
    """Return items side by side, each with its own direction of writing."""
    of = f' lang="{text(language)}"' if language else ""
    return ", ".join(f"<bdi{of}>{text(item)}</bdi>" for item in items)


def linked(said: str) -> str:
    """Return a text whose addresses can be followed; nothing is loaded from them."""
    found, end = [], 0
    for match in _LINK.finditer(said):
        address = text(match[0])
        found += [text(said[end : match.start()]), f'<a href="{address}">{address}</a>']
        end = match.end()
    return "".join([*found, text(said[end:])])


def bullets(said: Iterable[str]) -> str:
    """Return sentences as a list; nothing where there are none."""
    rows = "".join(f"<li>{text(one)}</li>" for one in said)
    return f"\n<ul>{rows}</ul>" if rows else ""


def table(head: Sequence[str], rows: Iterable[Sequence[str]], kind: str = "numbers") -> str:
    """Return a table of cells that are HTML; without a head, the first column is one."""
    top = "".join(f'<th scope="col">{text(one)}</th>' for one in head)
    lines = []
    for first, *cells in rows:
        begin = f'<th scope="row" width="18%">{first}</th>' if not head else f"<td>{first}</td>"
        lines.append(f"<tr>{begin}{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>")
    above = f"<thead><tr>{top}</tr></thead>" if head else ""
    return f'<table class="{kind}" width="100%">{above}<tbody>{"".join(lines)}</tbody></table>\n'

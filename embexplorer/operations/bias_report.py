"""A bias study as one page that needs nothing else: numbers, pictures, sources, how to repeat."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from string import Template
from typing import TYPE_CHECKING

from embexplorer.core.errors import UserError
from embexplorer.core.progress import Progress
from embexplorer.core.version import VERSION
from embexplorer.operations.bias_figures.drawing import Figure, light
from embexplorer.operations.bias_report_parts import (
    Reported,
    adjust,
    compared,
    distinct_sets,
    notes_part,
    numbers_table,
    probe_part,
    sets_part,
    space_part,
    versions_part,
)
from embexplorer.operations.bias_report_pictures import figures_across, figures_of
from embexplorer.operations.export import write_whole
from embexplorer.operations.html_text import text
from embexplorer.storage.paths import resource

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from embexplorer.core.space import Space
    from embexplorer.operations.context import Context

COLORS = ("text", "muted", "line", "panel", "accent_text")


@dataclass(frozen=True, slots=True)
class Page:
    """A report: `html` is complete; its pictures are inside as they were placed."""

    title: str
    html: str
    figures: tuple[Figure, ...]


def write_bias_report(
    reported: Sequence[Reported],
    path: Path,
    context: Context,
    *,
    on: date | None = None,
    progress: Progress | None = None,
) -> None:
    """Write a report as one HTML file, all of it or nothing.

    Raises
    ------
    UserError
        When there is nothing to report, or the disk refuses.
    CancelledError
        When the person cancelled.
    """
    page = bias_page(reported, context, on=on, progress=progress)

    def fill(target: Path) -> None:
        target.write_text(page.html, encoding="utf-8")

    write_whole(path, fill)


def bias_page(
    reported: Sequence[Reported],
    context: Context,
    *,
    on: date | None = None,
    style: str = "report",
    place: Callable[[int, Figure], str] = lambda at, figure: figure.svg,
    progress: Progress | None = None,
) -> Page:
    """Return a report on some probes; p-values are adjusted over all of them.

    Parameters
    ----------
    reported
        At least one, in the order that the report has; the same probe on the same sets in several
        spaces is also compared.
    on
        The date it bears; None takes today.
    style
        Which sheet of ``resources/figure`` it has.
    place
        Returns what stands for the picture of this number: the picture itself, or an element that
        refers to it.

    Raises
    ------
    UserError
        When there is nothing to report.
    CancelledError
        When the person cancelled.
    """
    if not reported:
        raise UserError("Nothing to report", "No probe was run.", "Run one first.")
    pictures = _Pictures(place)
    title = f"Bias probes: {', '.join(one.name for one in _spaces(reported))}"
    day = (on or date.today()).isoformat()
    parts = [
        f"<h1>{text(title)}</h1>",
        f'<p class="quiet">embexplorer {VERSION}, {day}</p>',
        *_body(reported, context, pictures, progress or Progress()),
    ]
    colors = {name: light()[name] for name in COLORS}
    document = Template(_read("report.html")).substitute(
        title=text(title),
        style=Template(_read(f"{style}.css")).substitute(colors),
        body="\n".join(parts),
    )
    return Page(title, document, tuple(pictures.placed))


class _Pictures:
    """Places pictures and keeps them, each under its number."""

    def __init__(self, place: Callable[[int, Figure], str]) -> None:
        self._place = place
        self.placed: list[Figure] = []

    def html(self, drawn: Iterable[Figure]) -> str:
        """Return pictures with what they show below them."""
        said = []
        for one in drawn:
            said.append(
                f'<div class="figure">{self._place(len(self.placed), one)}\n'
                f'<p class="caption"><b>{text(one.title)}.</b> {text(one.sentence)}</p></div>'
            )
            self.placed.append(one)
        return "\n".join(said)


def _body(
    reported: Sequence[Reported], context: Context, pictures: _Pictures, progress: Progress
) -> Iterator[str]:
    """Return the parts of a report: what was found first, what it rests on last."""
    adjusted = adjust(reported)
    yield f"<h2>All numbers</h2>\n{numbers_table(reported, adjusted)}"
    yield "<h2>Spaces</h2>"
    yield from map(space_part, _spaces(reported))
    for at, (one, p) in enumerate(zip(reported, adjusted, strict=True)):
        progress.raise_if_cancelled()
        progress.report(at / len(reported), f"{at + 1:,} of {len(reported):,} probes")
        drawn = figures_of(
            one.result,
            one.uncertainty,
            one.space,
            context,
            ignore_case=one.ignore_case,
            word_column=one.word_column,
        )
        yield probe_part(one, p, context)
        yield pictures.html(drawn)
        yield notes_part(one)
    for same in compared(reported):
        first = same[0].result
        name = f"{first.title} over spaces: {first.sets.name}"
        yield f'<h2 class="page">{text(name)}</h2>'
        yield pictures.html(figures_across([(one.result, one.reach) for one in same]))
    yield '<h2 class="page">Item sets</h2>'
    yield from map(sets_part, distinct_sets(reported))
    yield f"<h2>Versions</h2>\n{versions_part(reported, context)}"


def _spaces(reported: Sequence[Reported]) -> list[Space]:
    return list({one.space.id: one.space for one in reported}.values())


def _read(name: str) -> str:
    return resource(f"figure/{name}").read_text(encoding="utf-8")

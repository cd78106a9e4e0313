"""The parts of a report on bias probes as HTML: numbers, spaces, probes, item sets, versions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from embexplorer.core.contracts import Probe
from embexplorer.core.probe_results import ProbeResult
from embexplorer.core.space import Space
from embexplorer.measures.significance import false_discovery, family_wise
from embexplorer.operations.bias_figures.scale import number
from embexplorer.operations.bias_report_details import detail_rows, detail_tables
from embexplorer.operations.bias_report_pictures import interval_of, kind_of, what_of
from embexplorer.operations.html_text import bullets, items_text, linked, table, text
from embexplorer.operations.methods_text import file_name, versions_of
from embexplorer.operations.probe_uncertainty import LEVEL, Uncertainty

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from embexplorer.core.item_sets import Coverage, ItemSets
    from embexplorer.operations.context import Context

Adjusted = tuple[float | None, float | None]  # p by Holm, and by Benjamini and Hochberg

NONE = "–"


@dataclass(frozen=True, slots=True, eq=False)
class Reported:
    """A probe that was run, with what a report says beside its result.

    Parameters
    ----------
    result, space
        What was found, and in which space.
    uncertainty
        How far the number can be trusted, where that was worked out.
    interval
        That of the number, where it alone was worked out.
    command
        The command lines that do it again; nothing where none can.
    ignore_case, word_column
        As they were for the probe.
    """

    result: ProbeResult
    space: Space
    uncertainty: Uncertainty | None = None
    interval: tuple[float, float] | None = None
    command: str = ""
    ignore_case: bool = False
    word_column: str = ""

    @property
    def reach(self) -> tuple[float, float] | None:
        """The best interval that is known."""
        return self.interval if self.uncertainty is None else interval_of(self.uncertainty)


def adjust(reported: Sequence[Reported]) -> list[Adjusted]:
    """Return for each probe its p, adjusted over all that have one."""
    found: list[Adjusted] = [(None, None)] * len(reported)
    tested = [at for at, one in enumerate(reported) if one.result.found.p_value is not None]
    p = np.array([reported[at].result.found.p_value for at in tested], np.float64)
    for at, holm, rate in zip(
        tested, family_wise(p).tolist(), false_discovery(p).tolist(), strict=True
    ):
        found[at] = holm, rate
    return found


def numbers_table(reported: Sequence[Reported], adjusted: Sequence[Adjusted]) -> str:
    """Return the numbers of all probes, with p adjusted over them."""
    rows = []
    for one, (holm, rate) in zip(reported, adjusted, strict=True):
        found, interval = one.result.found, one.reach
        rows.append(
            [
                text(f"{one.result.title}, {what_of(one.result)}"),
                text(one.result.sets.name),
                text(one.space.name),
                NONE if found.value is None else number(found.value),
                NONE if interval is None else " to ".join(map(number, interval)),
                _p(found.p_value),
                _p(holm),
                _p(rate),
            ]
        )
    head = ["Probe", "Item sets", "Space", "Number", f"{LEVEL:.0%} interval", "p", "p Holm", "p BH"]
    n = sum(one.result.found.p_value is not None for one in reported)
    said = (
        f"p Holm is adjusted so that any false finding among the tests of this report ({n:,}) is "
        "as rare as it says; p BH is the false discovery rate (Benjamini and Hochberg). Tests that "
        "were run and are not in this report are not counted."
    )
    return table(head, rows) + (f'<p class="quiet">{said}</p>' if n else "")


def space_part(space: Space) -> str:
    """Return what a space is and where it came from; of a file its name, not its folder."""
    made = space.provenance
    rows = [
        ("Size", f"{space.n:,} items × {space.d:,} dimensions"),
        ("Content id", f"<code>{text(space.id)}</code>"),
        ("File", text(file_name(made.source))),
        ("Reader", text(made.reader)),
        ("Encoder", text(file_name(made.encoder))),
        ("Revision", f"<code>{text(made.revision)}</code>" if made.revision else ""),
        ("Device", text(made.device)),
        ("Settings", text(_listed(made.params))),
    ]
    return (
        f"<h3>{text(space.name)}</h3>\n"
        + table([], [row for row in rows if row[1]], kind="facts")
        + bullets(made.notes)
    )


def probe_part(one: Reported, adjusted: Adjusted, context: Context) -> str:
    """Return what a probe found up to its pictures."""
    result, found = one.result, one.result.found
    plugin = context.registry.get(Probe, result.probe)
    rows = []
    if found.effect_size is not None:
        spread = "" if found.ddof is None else f" (standard deviation with ddof {found.ddof})"
        rows.append(["Effect size", f"{number(found.effect_size)}{spread}"])
    if found.statistic is not None:
        rows.append(["Statistic", number(found.statistic)])
    if found.bounds is not None:
        rows.append(["Can be", " to ".join(map(number, found.bounds))])
    if one.uncertainty is None and one.interval is not None:
        rows.append([f"{LEVEL:.0%} interval", " to ".join(map(number, one.interval))])
    rows += _interval_rows(one.uncertainty)
    if found.p_value is not None:
        holm, rate = adjusted
        rows.append(["p", f"{_p(found.p_value)} ({text(_p_kind(result))})"])
        rows.append(["p adjusted", f"Holm {_p(holm)}; Benjamini and Hochberg {_p(rate)}"])
    rows += detail_rows(found.details)
    rows.append(["Formula", text(plugin.formula)])
    rows.append(["Settings", text(", ".join(f"{k} {v}" for k, v in result.params.items())) or NONE])
    rows.append(["How", text(result.how)])
    rows.append(["Source", linked(result.citation)])
    name = f"{result.title} of {result.space_name}: {result.sets.name}"
    return (
        f'<h2 class="page">{text(name)}</h2>\n<p>{text(result.sentence)}</p>\n'
        + table([], rows, kind="facts")
        + _coverage(result.coverage)
        + detail_tables(found.details)
    )


def _interval_rows(uncertainty: Uncertainty | None) -> list[list[str]]:
    if uncertainty is None:
        return []
    rows = []
    for name, interval in (("percentile", uncertainty.percentile), ("BCa", uncertainty.bca)):
        if interval is not None:
            said = " to ".join(map(number, interval))
            chosen = "" if name != kind_of(uncertainty) else "; the one in the pictures"
            rows.append([f"{LEVEL:.0%} interval", f"{said} ({name}{chosen})"])
    if uncertainty.null_share is not None:
        rows.append(
            [
                "Random sets",
                f"p {_p(uncertainty.null_share)} (as far from their median, the observed one and "
                f"{len(uncertainty.null):,} random ones counted)",
            ]
        )
    if (control := uncertainty.control) is not None:
        low, middle, high = map(number, (control.low, control.value, control.high))
        rows.append(["Neutral words", f"{middle} (95% of draws from {low} to {high})"])
    return rows


def notes_part(one: Reported) -> str:
    """Return what must be known about a probe, and how to do it again."""
    notes = list(one.result.notes)
    if one.uncertainty is not None:
        notes += [*one.uncertainty.notes, one.uncertainty.how]
    said = bullets(dict.fromkeys(notes))
    if one.command:
        lines = "<br>".join(map(text, one.command.splitlines()))
        said += f'\n<p>To repeat it:</p>\n<p class="command"><code>{lines}</code></p>'
    return said


def _p_kind(result: ProbeResult) -> str:
    found = result.found
    if found.p_kind is None or found.n_permutations is None:
        return f"{found.alternative}, by formula"
    seed = "" if found.p_kind == "exact" else f", seed {result.seed}"
    return f"{found.alternative}, {found.p_kind}, {found.n_permutations:,} partitions{seed}"


def _coverage(coverage: Sequence[Coverage]) -> str:
    rows = []
    for one in coverage:
        lost = [*one.missing, *(f"{item} ({reason})" for item, reason in one.left_out)]
        name = text(one.name) if one.name == one.key else f"{text(one.key)}: {text(one.name)}"
        rows.append([name, f"{len(one.asked):,}", f"{len(one.used):,}", items_text(lost) or NONE])
    return table(["Set", "Asked", "Found", "Missing"], rows)


def distinct_sets(reported: Sequence[Reported]) -> list[ItemSets]:
    """Return the sets of all probes, each once."""
    return list(dict.fromkeys(one.result.sets for one in reported))


def sets_part(sets: ItemSets) -> str:
    """Return what sets hold, and where they are from."""
    every = [*sets.targets, *sets.attributes, *([] if sets.words is None else [sets.words])]
    rows = [[text(one.name), items_text(one.items, sets.language)] for one in every]
    if sets.pairs:
        rows.append(["pairs", items_text((" – ".join(pair) for pair in sets.pairs), sets.language)])
    rows += [
        [name, said]
        for name, said in (
            ("Source", linked(sets.citation) or "none given"),
            ("Language", text(sets.language) or "none given"),
            ("License", text(sets.license) or "none given"),
            ("Note", text(sets.note)),
        )
        if said
    ]
    return f"<h3>{text(sets.name)}</h3>\n" + table([], rows, kind="facts")


def compared(reported: Sequence[Reported]) -> list[list[Reported]]:
    """Return what was asked in the same way of several spaces."""
    asked: dict[Any, list[Reported]] = {}
    for one in reported:
        settings = tuple(sorted((k, str(v)) for k, v in one.result.params.items()))
        asked.setdefault((one.result.probe, one.result.sets, settings), []).append(one)
    return [same for same in asked.values() if len({one.space.id for one in same}) > 1]


def versions_part(reported: Sequence[Reported], context: Context) -> str:
    """Return the versions of what was at work."""
    probes = dict.fromkeys(one.result.probe for one in reported)
    modules = [m for one in probes for m in context.registry.get(Probe, one).modules]
    found = versions_of(["numpy", *modules])
    return f"<p>{text(', '.join(f'{name} {said}' for name, said in found.items()))}.</p>"


def _listed(params: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {file_name(value)}" for name, value in params.items())


def _p(p: float | None) -> str:
    return NONE if p is None else number(p) if p >= 0.01 or p == 0 else f"{p:.2g}"

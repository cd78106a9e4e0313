"""What the bias panel shows of an answer: every number in words, and what is drawn of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from embexplorer.app.presenters.bias_pictures import (
    NullView,
    RangeView,
    axis_of,
    digits_of,
    figure_text,
    nulls_of,
    range_of,
)
from embexplorer.app.wording import decimal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from embexplorer.app.state import BiasQuestion, State
    from embexplorer.core.contracts import Probe
    from embexplorer.core.probe_results import ProbeResult
    from embexplorer.operations.probe_uncertainty import Uncertainty

N_SHAPES = 6  # of points on a map
LISTED = 12  # missing items that are named
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
SMALL_P = 1e-4  # below, a power of ten says more than zeros


@dataclass(frozen=True, slots=True)
class ScoreView:
    """The score of an item; `row` is -1 where the item is no row of the space."""

    item: str
    row: int
    shape: int
    set_name: str
    score: float
    text: str


@dataclass(frozen=True, slots=True)
class SetView:
    """What the space has of a set; `lacks` names what is missing, empty where all is there."""

    shape: int
    name: str
    found: str
    lacks: str


@dataclass(frozen=True, slots=True)
class BiasView:
    """An answer as a person reads it.

    Parameters
    ----------
    figure, figure_name
        The headline number, and what it is.
    interval, p, test
        Its interval, its p, and the kind of test; empty where there is none.
    range
        The number on its full range.
    nulls
        What chance gives.
    sides
        What the left and the right bars are nearer to; empty where the sign says no such thing.
    scores
        Of the items, the largest first.
    sets
        What the space has of each.
    left_out, swapped
        How the number changes without single items, or with others in their place.
    sentence
        What the number says and what not.
    method
        Name and value of all that a paper must say.
    notes
        What must be known, one sentence each.
    citation
        Of the probe.
    spoken
        The numbers in one sentence.
    """

    figure: str
    figure_name: str
    interval: str
    p: str
    test: str
    range: RangeView
    nulls: tuple[NullView, ...]
    sides: tuple[str, str]
    scores: tuple[ScoreView, ...]
    sets: tuple[SetView, ...]
    left_out: str
    swapped: str
    sentence: str
    method: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    citation: str
    spoken: str


def view_of(asked: BiasQuestion | None, probe: Probe) -> BiasView | None:
    """Return what is shown of the answer to a question; None while there is none."""
    if asked is None or asked.answer is None or asked.answer.found.value is None:
        return None
    answer, uncertainty = asked.answer, asked.uncertainty
    value = answer.found.value
    assert value is not None
    name = "effect size" if answer.found.effect_size is not None else "statistic"
    interval, p = _interval_text(asked, value), _p_text(answer)
    axis = axis_of(answer.found, uncertainty, value)
    known = uncertainty is not None
    figure = figure_text(value, value)
    return BiasView(
        figure=figure,
        figure_name=name,
        interval=interval,
        p=p,
        test=how_tested(answer),
        range=range_of(value, axis, uncertainty),
        nulls=nulls_of(answer.found, uncertainty, value, axis),
        sides=answer.found.sides or ("", ""),
        scores=_scores_of(asked, answer),
        sets=_sets_of(answer),
        left_out=_left_out(uncertainty, value) if uncertainty is not None else "",
        swapped=_swapped(uncertainty, value) if uncertainty is not None else "",
        sentence=answer.sentence,
        method=_method_of(answer, uncertainty, probe),
        notes=_notes_of(answer, uncertainty),
        citation=answer.citation,
        spoken=", ".join(filter(None, (f"{name} {figure}", interval if known else "", p))),
    )


def shapes_of(answer: ProbeResult) -> dict[str, int]:
    """Return the marker shape of each set by its key, the same in the panel and on the map."""
    keys = [one.key for one in answer.coverage] + [one.set for one in answer.found.per_item]
    return {key: at % N_SHAPES for at, key in enumerate(dict.fromkeys(keys))}


def _names_of(answer: ProbeResult) -> dict[str, str]:
    """Return what each set is called by its key; the sides of pairs by what stands there."""
    names = {key: key for key in shapes_of(answer)}
    if answer.found.sides is not None:
        names["second"], names["first"] = (f"side of {side}" for side in answer.found.sides)
    return names | {one.key: one.name for one in answer.coverage}


def sets_on_map(state: State) -> tuple[str, tuple[tuple[int, str], ...]] | None:
    """Return what the marks on the map are: the title of the sets, and shape and name of each."""
    asked = state.bias
    if asked is None or asked.answer is None or not asked.is_on_map or not asked.rows:
        return None
    shapes = shapes_of(asked.answer)
    names, keys = _names_of(asked.answer), {key for key, _ in asked.rows}
    named = tuple((shape, names[key]) for key, shape in shapes.items() if key in keys)
    return asked.answer.sets.name, named


# -- the number ------------------------------------------------------------------------------------


def _signed(value: float, digits: int) -> str:
    text = decimal(value, digits)
    return f"+{text}" if value > 0 and text.strip("0.") else text


def _interval_text(asked: BiasQuestion, value: float) -> str:
    found = asked.uncertainty
    if found is None:
        if asked.is_measuring:
            return "95% interval: drawing sets…"
        return "no interval"
    kind = "BCa" if found.bca is not None else "percentile"
    low, high = found.bca or found.percentile
    return f"95% interval {figure_text(low, value)} to {figure_text(high, value)} ({kind})"


def _p_text(answer: ProbeResult) -> str:
    p = answer.found.p_value
    return "" if p is None else p_text(p)


def p_text(p: float) -> str:
    """Return ``p = 0.012``, or ``p < 10⁻³⁰⁰``."""
    return f"p = {p_figure(p)}" if p else f"p {p_figure(p)}"


def p_figure(p: float) -> str:
    """Return a p as ``0.012`` or ``1.2 × 10⁻⁵``; one that a float cannot hold as ``< 10⁻³⁰⁰``."""
    if p == 0:
        return "< 10" + "-300".translate(SUPERSCRIPTS)
    if p >= SMALL_P:
        return f"{float(f'{p:.2g}'):g}"
    digits, power = f"{p:.1e}".split("e")
    return f"{digits} × 10{str(int(power)).translate(SUPERSCRIPTS)}"


def how_tested(answer: ProbeResult) -> str:
    """Return how p was found: sided how, from all or from how many sampled partitions."""
    found = answer.found
    if found.p_kind is None or found.n_permutations is None:
        return ""
    sided = "two-sided" if found.alternative == "two-sided" else f"one-sided, {found.alternative}"
    if found.p_kind == "exact":
        return f"{sided}; exact, all {found.n_permutations:,} partitions"
    return f"{sided}; sampled, {found.n_permutations:,} partitions, seed {answer.seed}"


# -- what is drawn ---------------------------------------------------------------------------------


def _scores_of(asked: BiasQuestion, answer: ProbeResult) -> tuple[ScoreView, ...]:
    shapes = shapes_of(answer)
    names = _names_of(answer)
    ordered = sorted(answer.found.per_item, key=lambda one: -one.score)
    digits = 1 + digits_of(max((abs(one.score) for one in ordered), default=0.0))
    return tuple(
        ScoreView(
            one.item,
            asked.rows.get((one.set, one.item), -1),
            shapes.get(one.set, 0),
            names[one.set],
            one.score,
            _signed(one.score, digits),
        )
        for one in ordered
    )


def _sets_of(answer: ProbeResult) -> tuple[SetView, ...]:
    shapes = shapes_of(answer)
    return tuple(
        SetView(
            shapes[one.key],
            one.name,
            f"{len(one.used):,} of {len(one.asked):,}",
            _lacks(one.missing, one.left_out),
        )
        for one in answer.coverage
    )


def _lacks(missing: Sequence[str], left_out: Sequence[tuple[str, str]]) -> str:
    said = []
    if missing:
        more = f" and {len(missing) - LISTED:,} more" if len(missing) > LISTED else ""
        said.append(f"missing: {', '.join(missing[:LISTED])}{more}")
    said += [f"{item} left out, {reason}" for item, reason in left_out]
    return "; ".join(said)


# -- what is said ----------------------------------------------------------------------------------


def _left_out(found: Uncertainty, value: float) -> str:
    ordered = sorted(found.leave_one_out, key=lambda one: one.score)
    if not ordered:
        return ""
    low, high = ordered[0], ordered[-1]
    return (
        f"Leaving out any one item keeps it between {figure_text(low.score, value)} (without "
        f"{low.item}) and {figure_text(high.score, value)} (without {high.item})."
    )


def _swapped(found: Uncertainty, value: float) -> str:
    ordered = sorted(found.swap_one, key=lambda one: one.score)
    if not ordered:
        return ""
    low, high = ordered[0], ordered[-1]
    least, most = figure_text(low.score, value), figure_text(high.score, value)
    return (
        f"With one item replaced by its nearest one outside the sets it is between {least} "
        f"({low.by} for {low.item}) and {most} ({high.by} for {high.item})."
    )


def _method_of(
    answer: ProbeResult, uncertainty: Uncertainty | None, probe: Probe
) -> tuple[tuple[str, str], ...]:
    found = answer.found
    rows = [("Formula", probe.formula), ("Vectors", _vectors_text(answer))]
    if found.ddof is not None:
        rows.append(("Deviation", f"ddof {found.ddof}"))
    if found.effect_size is not None and found.statistic is not None:
        rows.append(("Statistic", _signed(found.statistic, digits_of(found.statistic) + 2)))
    if test := how_tested(answer):
        rows.append(("Test", test))
    if uncertainty is not None:
        drawn = f"{len(uncertainty.draws):,} draws of each set, seed {answer.seed}"
        rows.append(("Interval", drawn))
    if found.bounds is None:
        rows.append(("Range", "not limited; drawn as far as its draws go"))
    rows.append(("Space", answer.space_name))
    return tuple(row for row in rows if row[1])


def _vectors_text(answer: ProbeResult) -> str:
    return "scaled to length 1" if answer.params.get("unit_length") else "raw, as in the space"


def _notes_of(answer: ProbeResult, uncertainty: Uncertainty | None) -> tuple[str, ...]:
    """Return the notes; that of missing items stands with its set already."""
    notes = [*answer.notes, *(() if uncertainty is None else uncertainty.notes)]
    missing = " items are in this space; missing: "
    return tuple(note for note in dict.fromkeys(notes) if missing not in note)

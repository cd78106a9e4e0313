"""Which pictures show what a probe found, and how the same probe differs between spaces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from embexplorer.core.contracts import Probe
from embexplorer.core.errors import UserError
from embexplorer.measures.association import cosines
from embexplorer.operations.bias_figures.bars import draw_bars
from embexplorer.operations.bias_figures.changes import Change, draw_changes
from embexplorer.operations.bias_figures.direction import Place, draw_direction
from embexplorer.operations.bias_figures.interval import draw_interval
from embexplorer.operations.bias_figures.matrix import draw_matrix
from embexplorer.operations.bias_figures.null import draw_null
from embexplorer.operations.bias_figures.series import Point, draw_series
from embexplorer.operations.find_groups import find_groups
from embexplorer.operations.probe_uncertainty import LEVEL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from embexplorer.core.probe_results import ProbeResult
    from embexplorer.core.space import Space
    from embexplorer.operations.bias_figures.drawing import Figure
    from embexplorer.operations.context import Context
    from embexplorer.operations.probe_uncertainty import Uncertainty

Answer = tuple["ProbeResult", tuple[float, float] | None]  # with its interval


def figures_of(
    result: ProbeResult,
    uncertainty: Uncertainty | None,
    space: Space,
    context: Context,
    *,
    ignore_case: bool = False,
    word_column: str = "",
) -> tuple[Figure, ...]:
    """Return the pictures of a result, as many as its numbers allow.

    Parameters
    ----------
    space, ignore_case, word_column
        What the probe was run on, and how items were looked up.
    """
    drawn = [
        *_of_number(result, uncertainty),
        *_of_chance(result, uncertainty),
        *_of_direction(result),
        *_of_items(result),
        *_of_sets(result, space, context, ignore_case=ignore_case, word_column=word_column),
    ]
    return tuple(drawn)


def figures_across(answers: Sequence[Answer]) -> tuple[Figure, ...]:
    """Return the pictures of one probe and sets in several spaces, in the order given."""
    result = answers[0][0]
    name = f"{result.title}, {result.sets.name}"
    drawn = []
    if any(one.found.value is not None for one, _ in answers):
        points = [Point(one.space_name, one.found.value, reach) for one, reach in answers]
        drawn.append(draw_series(f"{name} over spaces", points, what=what_of(result), level=LEVEL))
    if len(answers) == 2:
        drawn += _of_change(name, answers[0][0], answers[1][0])
    return tuple(drawn)


def what_of(result: ProbeResult) -> str:
    """Return what the headline number is called."""
    return "statistic" if result.found.effect_size is None else "effect size"


def interval_of(uncertainty: Uncertainty | None) -> tuple[float, float] | None:
    """Return the better of the intervals, BCa where it exists."""
    if uncertainty is None:
        return None
    low, high = uncertainty.bca or uncertainty.percentile
    return low, high


def kind_of(uncertainty: Uncertainty) -> str:
    """Return which interval `interval_of` gives."""
    return "percentile" if uncertainty.bca is None else "BCa"


def _of_number(result: ProbeResult, uncertainty: Uncertainty | None) -> list[Figure]:
    value = result.found.value
    if uncertainty is None or value is None:
        return []
    return [
        draw_interval(
            "How much the number hangs on the choice of items",
            value,
            interval_of(uncertainty),
            what=what_of(result),
            level=LEVEL,
            kind=kind_of(uncertainty),
            bounds=result.found.bounds,
            leave_one_out=uncertainty.leave_one_out,
        )
    ]


def _of_chance(result: ProbeResult, uncertainty: Uncertainty | None) -> list[Figure]:
    found, drawn = result.found, []
    value, what = found.value, what_of(result)
    if value is not None and found.null is not None and len(found.null):
        n = found.n_permutations or len(found.null)
        note = (
            f"{'All' if found.p_kind == 'exact' else 'Random'} {n:,} ways to split the same items"
        )
        if len(found.null) < n:
            note += f", {len(found.null):,} of them drawn here"
        drawn.append(
            draw_null(
                "The same items, split otherwise",
                found.null,
                value,
                what=what,
                note=note,
                alternative=found.alternative,
                bounds=found.bounds,
            )
        )
    if value is not None and uncertainty is not None and len(uncertainty.null):
        drawn.append(
            draw_null(
                "Other items of like frequency",
                uncertainty.null,
                value,
                what=what,
                note=f"{len(uncertainty.null):,} random sets of targets of the same sizes",
                bounds=found.bounds,
            )
        )
    return drawn


def _of_direction(result: ProbeResult) -> list[Figure]:
    """Return where items lie along the direction of the pairs, for the probe that says so."""
    rows, sides = result.found.details.get("neutrality"), result.found.sides
    if not rows or sides is None:
        return []
    places = [
        Place(one["item"], one["set"], one["along"], one["across"], one["is_pole"]) for one in rows
    ]
    is_raw = result.params.get("projection") == "raw"
    return [
        draw_direction(
            "Items along the direction of the pairs",
            places,
            _names(result),
            sides,
            along="length along the direction" if is_raw else "cosine with the direction",
            across="length across it" if is_raw else "",
        )
    ]


def _of_items(result: ProbeResult) -> list[Figure]:
    scores = result.found.per_item
    if not scores:
        return []
    return [draw_bars("Score of each item", scores, _names(result), sides=result.found.sides)]


def _of_sets(result: ProbeResult, space: Space, context: Context, **case: Any) -> list[Figure]:
    """Return the mean cosines of the sets, where the probe compares targets with attributes."""
    asks = context.registry.get(Probe, result.probe).asks
    try:
        groups = find_groups(space, result.sets, asks, result.title, allow_missing=True, **case)
    except UserError:  # its items are not those of the space, such as sentences
        return []
    if not (groups.targets and groups.attributes):
        return []
    values = [
        [float(cosines(one.vectors, other.vectors).mean()) for other in groups.attributes]
        for one in groups.targets
    ]
    return [
        draw_matrix(
            "How near the sets are to each other",
            [one.name for one in groups.targets],
            [one.name for one in groups.attributes],
            values,
        )
    ]


def _of_change(name: str, before: ProbeResult, after: ProbeResult) -> list[Figure]:
    """Return the scores of the items that both have."""
    later = {(one.item, one.set): one.score for one in after.found.per_item}
    changes = [
        Change(one.item, one.set, one.score, later[one.item, one.set])
        for one in before.found.per_item
        if (one.item, one.set) in later
    ]
    if not changes:
        return []
    ends = (before.space_name, after.space_name)
    return [
        draw_changes(f"{name}: items in both spaces", changes, _names(before), ends,
                     sides=before.found.sides)
    ]  # fmt: skip


def _names(result: ProbeResult) -> dict[str, str]:
    """Return what each set is called, by the key that the scores of its items name."""
    names = {one.key: one.name for one in result.coverage}
    if result.sets.pairs:
        first, second = result.sets.pairs[0]
        names |= {"first": f"side of {first}", "second": f"side of {second}"}
    return names

"""How far the number of a probe can be trusted: other draws, other words, words at random."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from embexplorer.core.contracts import ItemScore, Probe
from embexplorer.core.errors import UserError
from embexplorer.core.params import build
from embexplorer.core.progress import Progress
from embexplorer.measures.bootstrap import Interval, bca_interval, percentile_interval
from embexplorer.operations.find_groups import find_groups
from embexplorer.operations.probe import probing_of
from embexplorer.operations.probe_control import Control, control_values, find_control
from embexplorer.operations.repeated_probe import WINDOW, RepeatedProbe, Swap

if TYPE_CHECKING:
    from collections.abc import Mapping

    from embexplorer.core.probe_results import ProbeResult
    from embexplorer.core.space import Space
    from embexplorer.operations.context import Context

DRAWS = 2000
LEVEL = 0.95
NULL_DRAWS = 1000


@dataclass(frozen=True, slots=True, eq=False)
class Uncertainty:
    """What other sets would have given.

    Parameters
    ----------
    value
        The number that the probe found.
    draws
        (b,) the number for sets resampled with replacement.
    percentile, bca
        Intervals of `LEVEL` from the draws; `bca` is None where no correction exists.
    leave_one_out
        The number without each item.
    swap_one
        The number with each item replaced by its nearest neighbor outside the sets.
    null
        (m,) the number for targets drawn at random among items of about the same frequency rank;
        empty where the items are in no order of frequency that can be told.
    null_share
        Share of the null that is at least as far from its median as `value`; None without a null.
    how
        How all of this was worked out, in one sentence.
    notes
        What a person must know, one sentence each.
    control
        The number for neutral words; None where the probe or the space has no such number.
    """

    value: float
    draws: NDArray[np.float64]
    percentile: Interval
    bca: Interval | None
    leave_one_out: tuple[ItemScore, ...]
    swap_one: tuple[Swap, ...]
    null: NDArray[np.float64]
    null_share: float | None
    how: str
    notes: tuple[str, ...]
    control: Control | None = None


def find_uncertainty(
    space: Space,
    result: ProbeResult,
    context: Context,
    *,
    ignore_case: bool = False,
    word_column: str = "",
    draws: int = DRAWS,
    null_draws: int = NULL_DRAWS,
    progress: Progress | None = None,
) -> Uncertainty:
    """Return how much the number of a probe hangs on the items of its sets.

    Parameters
    ----------
    space, result
        The space and what the probe found in it.
    ignore_case, word_column
        As they were for the probe.
    draws
        How often each set is drawn again, with replacement, all sets on their own.
    null_draws
        How often targets are drawn at random; 0 for no such null.

    Raises
    ------
    UserError
        When the probe has no number that can be repeated.
    CancelledError
        When the person cancelled.

    References
    ----------
    Efron and Tibshirani 1993, chapter 13. Ethayarajh, Duvenaud and Hirst 2019, Understanding
    undesirable word embedding associations, for how much WEAT hangs on the choice of words and on
    their frequency.
    """
    progress = progress or Progress()
    repeated = _repeated(space, result, context, ignore_case=ignore_case, word_column=word_column)
    value = repeated.measure(repeated.probing)
    found_draws, n_failed = repeated.resampled(draws, result.seed, progress.part(0.0, 0.5))
    without = repeated.leave_one_out(progress.part(0.5, 0.55))
    left_out = [
        np.array([one.score for one in without if one.set == group.key])
        for group in repeated.groups
    ]
    swaps = repeated.swap_one(progress.part(0.55, 0.7))
    null = np.empty(0)
    if null_draws:
        null = repeated.random_targets(null_draws, result.seed, progress.part(0.7, 0.95))
    control, said = find_control(
        context.registry.get(Probe, result.probe),
        repeated.probing,
        result.sets.language,
        ignore_case=ignore_case,
        progress=progress.part(0.95, 1.0),
    )
    share = None
    if len(null):
        middle = float(np.median(null))
        far = np.count_nonzero(np.abs(null - middle) >= abs(value - middle))
        share = (1 + far) / (1 + len(null))
    return Uncertainty(
        value=value,
        draws=found_draws,
        percentile=percentile_interval(found_draws, LEVEL),
        bca=bca_interval(found_draws, value, [one for one in left_out if len(one)], LEVEL),
        leave_one_out=without,
        swap_one=swaps,
        null=null,
        null_share=share,
        how=_how(len(found_draws), len(null), result.seed),
        notes=(*_notes(n_failed, len(null)), *([said] if said else [])),
        control=control,
    )


def find_interval(
    space: Space,
    result: ProbeResult,
    context: Context,
    *,
    ignore_case: bool = False,
    word_column: str = "",
    rows: Mapping[str, int] | None = None,
    draws: int = DRAWS,
    progress: Progress | None = None,
) -> Interval:
    """Return the percentile interval of `find_uncertainty` alone.

    `rows` is what the probe was given, the rest and the errors are those of `find_uncertainty`.
    """
    repeated = _repeated(
        space, result, context, ignore_case=ignore_case, word_column=word_column, rows=rows
    )
    found, _ = repeated.resampled(draws, result.seed, progress or Progress())
    return percentile_interval(found, LEVEL)


def _repeated(
    space: Space,
    result: ProbeResult,
    context: Context,
    *,
    ignore_case: bool,
    word_column: str,
    rows: Mapping[str, int] | None = None,
) -> RepeatedProbe:
    """Return the probe of a result as what can be asked again about other items."""
    chosen = context.registry.get(Probe, result.probe)
    if chosen.measure is None:
        raise UserError(
            "No interval for this probe",
            f"The number of {chosen.title} takes too long to work out again and again.",
            "Compare it over several spaces instead.",
        )
    settings: Any = build(chosen.params, result.params)
    groups = find_groups(
        space,
        result.sets,
        chosen.asks,
        chosen.title,
        ignore_case=ignore_case,
        allow_missing=True,
        word_column=word_column,
        rows=rows,
    )
    return RepeatedProbe(chosen, probing_of(groups, space, settings, result.seed, Progress()))


def _how(draws: int, null: int, seed: int) -> str:
    parts = [
        f"{LEVEL:.0%} intervals from {draws:,} draws of each set with replacement, seed {seed} "
        "(percentile, and bias-corrected and accelerated)"
    ]
    if null:
        parts.append(
            f"null of {null:,} sets of targets of the same sizes, drawn within {WINDOW:,} rows of "
            "each target"
        )
    return "; ".join(parts) + "."


def _notes(n_failed: int, null: int) -> tuple[str, ...]:
    notes = [
        "The interval says how much the number hangs on the choice of words, not on the corpus.",
    ]
    if n_failed:
        notes.append(f"{n_failed:,} draws had no number and were left out.")
    if null:
        notes.append(
            "The rows are taken for the order of frequency, as word vectors are mostly stored."
        )
    return tuple(notes)


def uncertainty_values(found: Uncertainty) -> dict[str, Any]:
    """Return it as the plain values of the command line's JSON."""
    scores = [{"item": one.item, "set": one.set, "score": one.score} for one in found.leave_one_out]
    null = None
    if len(found.null):
        quantiles = np.quantile(found.null, [0.025, 0.5, 0.975]).tolist()
        null = {"n": len(found.null), "quantiles": quantiles, "share": found.null_share}
    return {
        "interval": {
            "level": LEVEL,
            "percentile": list(found.percentile),
            "bca": None if found.bca is None else list(found.bca),
            "draws": len(found.draws),
        },
        "leave_one_out": scores,
        "swap_one": [one._asdict() for one in found.swap_one],
        "random_null": null,
        "control": control_values(found.control),
    }

"""Probe: from item sets and a space to a number about bias, with all that it does not say."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from embexplorer.core.contracts import Probe, Probed, Probing
from embexplorer.core.errors import UserError
from embexplorer.core.item_sets import ItemSets
from embexplorer.core.params import as_dict, build
from embexplorer.core.probe_results import ProbeResult
from embexplorer.core.progress import Progress
from embexplorer.operations.find_groups import Groups, find_groups
from embexplorer.operations.item_sets import find_sets, sets_from
from embexplorer.operations.project import check_seed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from embexplorer.core.space import Space
    from embexplorer.operations.context import Context


def probe(
    space: Space,
    probe_id: str,
    sets: ItemSets | Mapping[str, Any] | str,
    context: Context,
    *,
    params: Mapping[str, Any] | None = None,
    ignore_case: bool = False,
    allow_missing: bool = False,
    word_column: str = "",
    rows: Mapping[str, int] | None = None,
    where: str = "this space",
    seed: int = 0,
    original: Space | None = None,
    progress: Progress | None = None,
) -> ProbeResult:
    """Return what a bias probe finds in a space.

    Parameters
    ----------
    probe_id
        Id of a probe, such as ``weat``.
    sets
        Item sets, a document of them (`operations.item_sets.sets_from`), or the name of built-in
        ones or of a file.
    params
        Parameters of the probe by name; those left out keep their defaults.
    ignore_case
        An item that is not in the space as written stands for the first that differs in case alone.
    allow_missing
        Whether to go on where a set lost over 20 % of its items; it is said in the result.
    word_column, rows, where
        As `find_groups` takes them.
    seed
        The same seed gives the same numbers.
    original
        The space before bias was taken out of it, for a probe that asks what items were like there;
        None takes `space` itself.

    Raises
    ------
    UserError
        For an unknown probe, setting or set, sets that the probe cannot take, items that are
        missing, an original that the probe does not use, or a number that does not exist.
    CancelledError
        When the person cancelled.
    """
    progress = progress or Progress()
    chosen = context.registry.get(Probe, probe_id)
    settings: Any = build(chosen.params, params or {})
    check_seed(seed)
    asked = as_sets(sets)
    if original is not None and not chosen.asks.original:
        raise UserError(
            "No original is used",
            f"{chosen.title} looks at one space only.",
            "Leave the original out, or choose a probe that compares with it.",
        )
    started = time.perf_counter()
    groups = find_groups(
        space,
        asked,
        chosen.asks,
        chosen.title,
        ignore_case=ignore_case,
        allow_missing=allow_missing,
        word_column=word_column,
        rows=rows,
        where=where,
    )
    progress.report(0.0, chosen.title)
    assert chosen.run is not None  # every registered probe runs: the contract tests say so
    found = chosen.run(probing_of(groups, space, settings, seed, progress, original))
    return ProbeResult(
        space_id=space.id,
        space_name=space.name,
        probe=probe_id,
        title=chosen.title,
        params=as_dict(settings),
        sets=asked,
        coverage=groups.coverage,
        found=found,
        how=_how(chosen, found, groups, space, seed, original),
        citation=chosen.source,
        seed=seed,
        seconds=time.perf_counter() - started,
        notes=tuple(dict.fromkeys([*groups.notes, *found.notes])),
    )


def as_sets(sets: ItemSets | Mapping[str, Any] | str) -> ItemSets:
    """Return item sets, given as such, as a document, or by name or file.

    Raises
    ------
    UserError
        When they are none.
    """
    if isinstance(sets, str):
        return find_sets(sets)
    return sets if isinstance(sets, ItemSets) else sets_from(dict(sets), "sets")


def probing_of(
    groups: Groups,
    space: Space,
    params: Any,
    seed: int,
    progress: Progress,
    original: Space | None = None,
) -> Probing:
    """Return what a probe is asked about groups."""
    return Probing(
        params=params,
        targets=groups.targets,
        attributes=groups.attributes,
        words=groups.words,
        pairs=groups.pairs,
        space=space,
        seed=seed,
        progress=progress,
        original=original,
        specific=groups.specific,
    )


def _how(
    chosen: Probe,
    found: Probed,
    groups: Groups,
    space: Space,
    seed: int,
    original: Space | None,
) -> str:
    """Return in one sentence how the numbers were worked out."""
    used = ", ".join(f"{one.name} ({len(one.used)} of {len(one.asked)})" for one in groups.coverage)
    parts = [f"{chosen.title} on “{space.name}” ({space.n:,} × {space.d}): {used}"]
    if original is not None:
        parts.append(f"sides of items from “{original.name}”")
    if found.ddof is not None:
        parts.append(f"standard deviation with ddof {found.ddof}")
    if found.p_kind == "exact":
        parts.append(f"{found.alternative} p from all {found.n_permutations:,} partitions")
    elif found.p_kind == "sampled":
        parts.append(
            f"{found.alternative} p from {found.n_permutations:,} random partitions, seed {seed}"
        )
    return "; ".join(parts) + "."


def name_settings(title: str, params: Mapping[str, Any]) -> str:
    """Return a probe with its parameters as they can be copied into a paper."""
    listed = ", ".join(f"{name} {value}" for name, value in params.items())
    return f"{title} ({listed})" if listed else title


def result_values(result: ProbeResult) -> dict[str, Any]:
    """Return a result as the plain values of the command line's JSON."""
    found = result.found

    def scores(which: Any) -> list[dict[str, Any]]:
        return [{"item": one.item, "set": one.set, "score": one.score} for one in which]

    values = {
        "probe": result.probe,
        "space": result.space_name,
        "name": result.sets.name,
        "params": dict(result.params),
        "statistic": found.statistic,
        "effect_size": found.effect_size,
        "ddof": found.ddof,
        "p_value": found.p_value,
        "p_kind": found.p_kind,
        "alternative": found.alternative,
        "n_permutations": found.n_permutations,
        "seed": result.seed,
        "bounds": None if found.bounds is None else list(found.bounds),
        "sets": {
            one.key: {
                "name": one.name,
                "asked": list(one.asked),
                "used": list(one.used),
                "missing": list(one.missing),
                "left_out": [{"item": item, "reason": reason} for item, reason in one.left_out],
            }
            for one in result.coverage
        },
        "per_item": scores(found.per_item),
        "missing": list(result.missing),
        "sentence": result.sentence,
        "how": result.how,
        "citation": result.citation,
        "seconds": result.seconds,
        **found.details,
    }
    if found.contributions:
        values["contributions"] = scores(found.contributions)
    return values

"""What the verb probe prints without measuring anything: probes, item sets, and coverage."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from embexplorer.core.contracts import Asks, Probe
from embexplorer.operations.context import Context

if TYPE_CHECKING:
    import argparse

    from embexplorer.cli.console import Console
    from embexplorer.cli.spaces import Source


def list_probes(console: Console) -> None:
    """Print the probes with what they ask for."""
    probes = Context.default().registry.all(Probe)
    values = [
        {
            "id": probe.id,
            "title": probe.title,
            "summary": probe.summary,
            "formula": probe.formula,
            "asks": dataclasses.asdict(probe.asks),
            "citation": probe.source,
        }
        for probe in probes
    ]
    lines = [f"{probe.id:24} {_asked(probe.asks):42} {probe.summary}" for probe in probes]
    console.result({"probes": values}, lines)


def _asked(asks: Asks) -> str:
    """Return which sets a probe takes, in words."""

    def sets(count: int | None, what: str) -> str:
        if count == 0:
            return ""
        return f"{what} sets" if count is None else f"{count} {what} set{'s'[: count - 1]}"

    parts = [sets(asks.targets, "target"), sets(asks.attributes, "attribute")]
    parts += ["pairs"] if asks.pairs else []
    parts += {True: ["words"], None: ["words if any"], False: []}[asks.words]
    parts += {True: ["a column"], None: ["a column if any"], False: []}[asks.word_column]
    return ", ".join(part for part in parts if part)


def list_sets(console: Console) -> None:
    """Print the item sets that come along."""
    from embexplorer.operations.item_sets import built_in_sets, sets_to

    found = built_in_sets()
    values: list[dict[str, Any]] = [{"id": name, **sets_to(sets)} for name, sets in found.items()]
    lines = []
    for name, sets in found.items():
        every = [*sets.targets, *sets.attributes, *([sets.words] if sets.words else [])]
        listed = ", ".join(f"{one.name} ({len(one.items)})" for one in every)
        if sets.pairs:
            listed = ", ".join(filter(None, (listed, f"{len(sets.pairs)} pairs")))
        also = f"  (also {', '.join(sets.also)})" if sets.also else ""
        lines.append(f"{name:24} {sets.language:3} {listed}{also}")
    console.result({"sets": values}, lines)


def print_coverage(source: Source, arguments: argparse.Namespace, console: Console) -> int:
    """Say what a space has of item sets, before anything is measured."""
    from embexplorer.operations.item_sets import find_sets
    from embexplorer.operations.set_coverage import cover_sets, coverage_values

    sets = find_sets(arguments.sets)
    space, _ = source.space(arguments, console)
    found = cover_sets(space, sets, ignore_case=arguments.ignore_case)
    lines = [f"{sets.name} in {space.name}"]
    lines += [
        f"{one.key:6} {len(one.found):>4} of {len(one.items):<4} {one.name}" for one in found.sets
    ]
    lines += [found.order, *([sets.note] if sets.note else [])]
    notes = [*space.provenance.notes, *found.notes]
    console.result(coverage_values(found), lines, warnings=notes)
    return 0

"""The verb that measures bias: probe."""

from __future__ import annotations

import dataclasses
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

from embexplorer.cli.probing_arguments import add_probe, check_asked
from embexplorer.cli.probing_lists import list_probes, list_sets, print_coverage
from embexplorer.cli.spaces import Source
from embexplorer.core.contracts import Probe
from embexplorer.core.errors import UserError
from embexplorer.operations.context import Context

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from embexplorer.cli.arguments import Parser
    from embexplorer.cli.console import Console
    from embexplorer.core.probe_results import ProbeResult
    from embexplorer.core.space import Space
    from embexplorer.operations.probe_uncertainty import Uncertainty

LISTED = 12  # items on the terminal; the JSON document has all


def probe_verb(parser: Parser, words: Sequence[str], console: Console) -> int:
    """Run a probe on a space, or list the probes or the item sets."""
    listings = {"list": list_probes, "sets": list_sets}
    asked = next((word for word in words if word not in ("--json", "--quiet")), "")
    if asked in listings:
        parser.add_argument("what", choices=[asked], help="list what there is")
        parser.parse(words)
        listings[asked](console)
        return 0
    context = Context.default()
    source = Source(parser, context, is_optional=True)
    flags = add_probe(parser, context)
    arguments = parser.parse(words)
    check_asked(arguments)
    if arguments.coverage:
        return print_coverage(source, arguments, console)
    from embexplorer.cli.probe_report import check_report, report_one
    from embexplorer.cli.probing_many import run_many, run_series
    from embexplorer.operations.probe import result_values
    from embexplorer.operations.probe_uncertainty import find_uncertainty, uncertainty_values

    if arguments.report:
        check_report(Path(arguments.report))
        arguments.command = shlex.join(["embexplorer", "probe", *words])
    if arguments.battery:
        return run_many(source, flags, arguments, context, console)
    params = flags.values_for(arguments.probe, arguments)
    if arguments.others:
        return run_series(source, params, arguments, context, console)
    _check_column(arguments, context)
    space, result = _probe_one(source, params, arguments, context, console)
    notes = [*space.provenance.notes, *result.notes]
    values, lines = result_values(result), _lines(result)
    if arguments.column:
        values["column"] = _write_column(space, result, arguments, context, console)
        lines.append("{name}: {how} Written to {file}.".format(**values["column"]))
    if arguments.axes:
        values["axes"] = _write_axes(space, result, arguments, console)
        lines.append("{how} Written to {file}.".format(**values["axes"]))
    found = None
    if arguments.uncertainty or arguments.report:
        try:
            found = find_uncertainty(
                space,
                result,
                context,
                ignore_case=arguments.ignore_case,
                word_column=arguments.word_column,
                progress=console.progress("Drawing sets"),
            )
        except UserError as error:
            if arguments.uncertainty:
                raise
            notes.append(f"{error.title}: {error.detail}")
            result = dataclasses.replace(result, notes=(*result.notes, notes[-1]))
    if found is not None:
        notes += found.notes
        values |= uncertainty_values(found)
        lines += _uncertainty_lines(found)
    if arguments.report:
        values["report"] = report_one(space, result, found, arguments, context)
        lines.append(f"Report written to {arguments.report}.")
    console.result(values, lines, warnings=notes)
    return 0


def _probe_one(
    source: Source,
    params: dict[str, Any],
    arguments: argparse.Namespace,
    context: Context,
    console: Console,
) -> tuple[Space, ProbeResult]:
    """Run the probe on the space, or on sentences that an encoder makes vectors of."""
    from embexplorer.operations.item_sets import find_sets
    from embexplorer.operations.probe import probe
    from embexplorer.operations.seat import probe_sentences

    sets = find_sets(arguments.sets)
    if arguments.encoder:
        return probe_sentences(
            sets,
            arguments.encoder,
            context,
            probe_id=arguments.probe,
            params=params,
            device=arguments.device,
            download=arguments.download,
            allow_missing=arguments.allow_missing,
            seed=arguments.seed,
            progress=console.progress("Probing"),
        )
    space, _ = source.space(arguments, console)
    original = (
        source.another(arguments.original, arguments, console) if arguments.original else None
    )
    result = probe(
        space,
        arguments.probe,
        sets,
        context,
        params=params,
        ignore_case=arguments.ignore_case,
        allow_missing=arguments.allow_missing,
        word_column=arguments.word_column,
        seed=arguments.seed,
        original=original,
        progress=console.progress("Probing"),
    )
    return space, result


def _check_column(arguments: argparse.Namespace, context: Context) -> None:
    """Refuse a column that cannot be written, before anything is measured."""
    from embexplorer.engines.table_writing import check_table_extension

    for file in filter(None, (arguments.column, arguments.axes)):
        check_table_extension(Path(file))
    if not arguments.column:
        return
    from embexplorer.operations.bias_column import check_scale

    check_scale(context.registry.get(Probe, arguments.probe))


def _write_column(
    space: Space,
    result: ProbeResult,
    arguments: argparse.Namespace,
    context: Context,
    console: Console,
) -> dict[str, str]:
    """Write what the probe says of every item."""
    from embexplorer.operations.bias_column import bias_columns, column_table
    from embexplorer.operations.export import write_table

    columns = bias_columns(
        space,
        context.registry.get(Probe, arguments.probe),
        result.sets,
        params=result.params,
        ignore_case=arguments.ignore_case,
        allow_missing=arguments.allow_missing,
        word_column=arguments.word_column,
        seed=arguments.seed,
        progress=console.progress("Scoring"),
    )
    write_table(column_table(space, columns), arguments.column)
    shown = columns[-1]
    return {"name": shown.name, "how": shown.how, "file": arguments.column}


def _write_axes(
    space: Space, result: ProbeResult, arguments: argparse.Namespace, console: Console
) -> dict[str, Any]:
    """Write where every item lies along the direction of the sets, and across it."""
    from embexplorer.operations.bias_axes import axes_table, bias_axes
    from embexplorer.operations.export import write_table

    made = bias_axes(
        space,
        result.sets,
        by=arguments.across,
        ignore_case=arguments.ignore_case,
        allow_missing=arguments.allow_missing,
        progress=console.progress("Placing"),
    )
    write_table(axes_table(space, made), arguments.axes)
    return {"axes": list(made.axes), "how": " ".join(made.notes), "file": arguments.axes}


def _lines(result: ProbeResult) -> list[str]:
    found = result.found
    lines = [f"{result.title} of {result.space_name}: {result.sets.name}"]
    if found.effect_size is not None:
        spread = "" if found.ddof is None else f"  (ddof {found.ddof})"
        lines.append(f"effect size  {found.effect_size:+.4f}{spread}")
    if found.statistic is not None:
        lines.append(f"statistic    {found.statistic:+.6g}")
    if found.p_value is not None:
        ways = "by formula"
        if found.n_permutations is not None:
            ways = f"{found.p_kind}, {found.n_permutations:,} partitions"
        lines.append(f"p            {found.p_value:.3g}  ({found.alternative}, {ways})")
    pairs = found.details.get("analogies", ())
    ordered = sorted(found.per_item, key=lambda one: -one.score)
    rows = [f"{one['score']:+9.4f}  {one['x']} – {one['y']}" for one in pairs]
    rows = rows or [f"{one.score:+9.4f}  {one.set:5} {one.item}" for one in ordered]
    lines += rows[:LISTED]
    if len(rows) > LISTED:
        lines.append(f"           … and {len(rows) - LISTED:,} more")
    return [*lines, result.sentence, result.how]


def _uncertainty_lines(found: Uncertainty) -> list[str]:
    interval = found.bca or found.percentile
    lines = [f"95% interval {interval.low:+.3f} to {interval.high:+.3f}"]
    if found.leave_one_out:
        ordered = sorted(found.leave_one_out, key=lambda one: one.score)
        ends = " to ".join(
            f"{one.score:+.3f} (without {one.item})"
            for one in ordered[:: len(ordered) - 1 or 1][:2]
        )
        lines.append(f"one left out {ends}")
    if found.null_share is not None:
        lines.append(f"random sets  {found.null_share:.1%} are as far from their median")
    if found.control is not None:
        one = found.control
        lines.append(f"neutral      {one.value:+.3f} ({one.low:+.3f} to {one.high:+.3f})")
    return [*lines, found.how]

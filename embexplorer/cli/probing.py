"""The verb that measures bias: probe."""

from __future__ import annotations

import dataclasses
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

from embexplorer.cli.arguments import PluginFlags
from embexplorer.cli.asking import IGNORE_CASE
from embexplorer.cli.making import DEVICES
from embexplorer.cli.probing_arguments import check_asked
from embexplorer.cli.spaces import Source
from embexplorer.core.contracts import Asks, Probe
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
    listings = {"list": _list_probes, "sets": _list_sets}
    asked = next((word for word in words if word not in ("--json", "--quiet")), "")
    if asked in listings:
        parser.add_argument("what", choices=[asked], help="list what there is")
        parser.parse(words)
        listings[asked](console)
        return 0
    context = Context.default()
    source = Source(parser, context, is_optional=True)
    flags = _add_probe(parser, context)
    arguments = parser.parse(words)
    check_asked(arguments)
    if arguments.coverage:
        return _print_coverage(source, arguments, console)
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


def _add_probe(parser: Parser, context: Context) -> PluginFlags:
    """Add what is measured, by which sets."""
    probes = context.registry.plugins[Probe.kind]
    parser.add_argument(
        "--probe", default="weat", choices=sorted(probes), help="bias probe (default: weat)"
    )
    parser.add_argument(
        "--sets",
        metavar="NAME_OR_FILE",
        help="built-in item sets, as embexplorer probe sets lists them, or a JSON file",
    )
    parser.add_argument(
        "--battery",
        nargs="+",
        metavar="NAME_OR_FILE",
        help="many item sets instead: names, files, or beginnings of names such as weat",
    )
    parser.add_argument(
        "--probes",
        nargs="+",
        default=[],
        choices=sorted(probes),
        metavar="ID",
        help="probes of a battery (default: the one of --probe)",
    )
    parser.add_argument(
        "--with",
        dest="others",
        nargs="+",
        default=[],
        metavar="SPACE",
        help="further spaces: with --sets a series in this order, with --battery more columns",
    )
    parser.add_argument(
        "--word-column",
        default="",
        metavar="COLUMN",
        help="column that names the word, or the folder, of each row (for seat and ceat: word)",
    )
    parser.add_argument(
        "--encoder",
        metavar="ID_OR_PATH",
        help="make sentences of the words and encode them, instead of a space (for seat)",
    )
    parser.add_argument(
        "--device", default="auto", choices=DEVICES, help="where an encoder runs (default: auto)"
    )
    parser.add_argument("--download", action="store_true", help="allow a hub id to be downloaded")
    parser.add_argument(
        "--coverage",
        action="store_true",
        help="run nothing; say what the space has of the sets, and which items are doubtful",
    )
    parser.add_argument("--ignore-case", action="store_true", help=IGNORE_CASE)
    parser.add_argument(
        "--allow-missing",
        action="store_true",
        help="run in spite of a set that lost over 20 %% of its items",
    )
    parser.add_argument(
        "--original",
        metavar="SPACE",
        help="the space before bias was taken out of it, for probes that compare with it",
    )
    parser.add_argument(
        "--column",
        metavar="FILE",
        help="also write what the probe says of every item, also of those in no set, as a table",
    )
    parser.add_argument(
        "--axes",
        metavar="FILE",
        help="also write a map of bias as a table: item, x along the direction of the sets, y",
    )
    parser.add_argument(
        "--across",
        default="varied",
        choices=["varied", "neutrality", "order"],
        help="y of --axes: the direction across along which items vary most, the length across, "
        "or the logarithm of the row (default: varied)",
    )
    parser.add_argument(
        "--uncertainty",
        action="store_true",
        help="add intervals, the number without each item, and random sets of like frequency",
    )
    parser.add_argument(
        "--report",
        metavar="FILE",
        help="also write all of it with pictures and sources, as .html or .pdf, uncertainty too",
    )
    return PluginFlags(parser, probes.values(), "probe")


def _print_coverage(source: Source, arguments: argparse.Namespace, console: Console) -> int:
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
    return [*lines, found.how]


def _list_probes(console: Console) -> None:
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


def _list_sets(console: Console) -> None:
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

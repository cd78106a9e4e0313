"""The verb probe over several spaces: a series in their order, or a battery of probes and sets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import argparse

    from embexplorer.cli.arguments import PluginFlags
    from embexplorer.cli.console import Console
    from embexplorer.cli.spaces import Source
    from embexplorer.core.space import Space
    from embexplorer.operations.context import Context
    from embexplorer.operations.probe_battery import Battery, Cell
    from embexplorer.operations.probe_series import Series


def run_series(
    source: Source,
    params: dict[str, Any],
    arguments: argparse.Namespace,
    context: Context,
    console: Console,
) -> int:
    """Run one probe on all the spaces in their order."""
    from embexplorer.cli.probe_report import report_many
    from embexplorer.operations.item_sets import find_sets
    from embexplorer.operations.probe_series import probe_series, series_values

    sets = find_sets(arguments.sets)
    spaces = _spaces(source, arguments, console)
    series = probe_series(
        spaces,
        arguments.probe,
        sets,
        context,
        params=params,
        ignore_case=arguments.ignore_case,
        allow_missing=arguments.allow_missing,
        seed=arguments.seed,
        progress=console.progress("Probing"),
    )
    notes = [*_notes_of(spaces), *series.notes]
    values, lines = series_values(series), _series_lines(series)
    if arguments.report:
        values["report"] = report_many(spaces, series.points, arguments, context)
        lines.append(f"Report written to {arguments.report}.")
    console.result(values, lines, warnings=notes)
    return 0


def run_many(
    source: Source,
    flags: PluginFlags,
    arguments: argparse.Namespace,
    context: Context,
    console: Console,
) -> int:
    """Run a battery: the probes on all the sets in all the spaces."""
    from embexplorer.cli.probe_report import report_many
    from embexplorer.operations.probe_battery import battery_values, find_many_sets, run_battery

    probes = arguments.probes or [arguments.probe]
    params = {one: flags.values_for(one, arguments) for one in probes}
    sets = find_many_sets(arguments.battery)
    spaces = _spaces(source, arguments, console)
    battery = run_battery(
        spaces,
        probes,
        sets,
        context,
        params=params,
        ignore_case=arguments.ignore_case,
        allow_missing=arguments.allow_missing,
        word_column=arguments.word_column,
        seed=arguments.seed,
        progress=console.progress("Probing"),
    )
    notes = [*_notes_of(spaces), *battery.notes]
    values, lines = battery_values(battery), _battery_lines(battery)
    if arguments.report:
        values["report"] = report_many(spaces, battery.cells, arguments, context)
        lines.append(f"Report written to {arguments.report}.")
    console.result(values, lines, warnings=notes)
    return 0


def _spaces(source: Source, arguments: argparse.Namespace, console: Console) -> list[Space]:
    first, _ = source.space(arguments, console)
    return [first, *(source.another(one, arguments, console) for one in arguments.others)]


def _notes_of(spaces: list[Space]) -> list[str]:
    return [f"{space.name}: {note}" for space in spaces for note in space.provenance.notes]


def _series_lines(series: Series) -> list[str]:
    lines = [f"{series.title}: {series.sets.name}"]
    for point in series.points:
        if point.value is None:
            lines.append(f"       —  {point.space_name}")
            continue
        between = ""
        if point.interval is not None:
            between = f"  {point.interval.low:+.3f} to {point.interval.high:+.3f}"
        lines.append(f"{point.value:+8.4f}{between}  {point.space_name}")
    if series.trend is not None:
        kind = "exact" if series.trend.is_exact else "sampled"
        lines.append(
            f"trend    rho {series.trend.rho:+.3f}, p {series.trend.p:.3g} (two-sided, {kind}, "
            f"{series.trend.n:,} orders)"
        )
    return [*lines, series.how]


def _battery_lines(battery: Battery) -> list[str]:
    sets = max(len(one.sets) for one in battery.cells)
    probes = max(len(one.probe) for one in battery.cells)
    head = f"{'sets':{sets}}  {'probe':{probes}}     value        p     Holm       BH  space"
    return [head, *(_cell_line(one, sets, probes) for one in battery.cells), battery.how]


def _cell_line(cell: Cell, sets: int, probes: int) -> str:
    start = f"{cell.sets:{sets}}  {cell.probe:{probes}}"
    if cell.value is None:
        return f"{start}  {'—':>8}  {cell.space_name}: {cell.error}"
    p = [
        f"{'—':>7}" if one is None else f"{one:7.3g}"
        for one in (cell.p_value, cell.p_holm, cell.p_benjamini_hochberg)
    ]
    return f"{start}  {cell.value:+8.4f}  {'  '.join(p)}  {cell.space_name}"

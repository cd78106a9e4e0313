"""The verb that mitigates bias: debias."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from embexplorer.cli.arguments import PluginFlags
from embexplorer.cli.asking import IGNORE_CASE
from embexplorer.cli.spaces import Source
from embexplorer.core.contracts import Debiasing, Probe
from embexplorer.core.errors import UserError
from embexplorer.operations.context import Context

if TYPE_CHECKING:
    from collections.abc import Sequence

    from embexplorer.cli.arguments import Parser
    from embexplorer.cli.console import Console
    from embexplorer.core.space import Space
    from embexplorer.operations.debias_report import DebiasReport


def debias_verb(parser: Parser, words: Sequence[str], console: Console) -> int:
    """Make a new space in which bias was mitigated, and say what changed."""
    context = Context.default()
    source = Source(parser, context)
    flags = _add_debias(parser, context)
    arguments = parser.parse(words)
    from embexplorer.operations.debias import debias
    from embexplorer.operations.debias_report import report_debias, report_values
    from embexplorer.operations.export import check_space_target, write_space
    from embexplorer.operations.human_benchmarks import find_benchmark
    from embexplorer.operations.item_sets import find_sets

    output = Path(arguments.output)
    check_space_target(output, context)
    if output.resolve() == Path(arguments.source).resolve():
        raise UserError(
            "The original would be lost",
            f"{output} is what is debiased; nothing was written.",
            "Choose another name for the new space.",
        )
    params = flags.values_for(arguments.method, arguments)
    sets = find_sets(arguments.sets)
    probe_sets = None if arguments.probe_sets is None else find_sets(arguments.probe_sets)
    for name in arguments.benchmark:
        find_benchmark(name)  # what is wrong with it is said before any work
    space, _ = source.space(arguments, console)
    options = {"ignore_case": arguments.ignore_case, "allow_missing": arguments.allow_missing}
    made = debias(
        space,
        arguments.method,
        sets,
        context,
        params=params,
        keep=arguments.keep,
        equalize=arguments.equalize_sets,
        case_variants=arguments.case_variants,
        seed=arguments.seed,
        progress=console.progress("Debiasing"),
        **options,
    )
    report = report_debias(
        space,
        made,
        context,
        probes=arguments.probe,
        probe_sets=probe_sets,
        benchmarks=arguments.benchmark,
        seed=arguments.seed,
        progress=console.progress("Comparing"),
        **options,
    )
    notes = write_space(made, output, context, progress=console.progress("Writing"))
    values = {"file": str(output), **_made_values(made), "report": report_values(report)}
    warnings = [*space.provenance.notes, *made.provenance.notes, *report.notes, *notes]
    console.result(values, _lines(made, report, output), warnings=list(dict.fromkeys(warnings)))
    return 0


def _add_debias(parser: Parser, context: Context) -> PluginFlags:
    """Add how bias is mitigated, by which sets, what is compared, and where the space goes."""
    methods = context.registry.plugins[Debiasing.kind]
    parser.add_argument(
        "--method", default="hard", choices=sorted(methods), help="mitigation (default: hard)"
    )
    parser.add_argument(
        "--sets",
        required=True,
        metavar="NAME_OR_FILE",
        help="item sets, built in or a JSON file: pairs, or targets as classes; specific items "
        "keep their difference, sets to equalize become equally far",
    )
    parser.add_argument(
        "--keep", metavar="NAME_OR_FILE", help="sets all items of which keep their difference too"
    )
    parser.add_argument(
        "--equalize-sets", metavar="NAME_OR_FILE", help="sets whose pairs are equalized too"
    )
    parser.add_argument(
        "--case-variants",
        action="store_true",
        help="specific items and sets to equalize also in lower case, as Titles, in CAPITALS",
    )
    parser.add_argument(
        "--probe",
        nargs="+",
        action="extend",
        default=[],
        choices=sorted(context.registry.plugins[Probe.kind]),
        metavar="ID",
        help="probes to run before and after, as embexplorer probe list names them",
    )
    parser.add_argument(
        "--probe-sets", metavar="NAME_OR_FILE", help="sets of the probes (default: those of --sets)"
    )
    parser.add_argument(
        "--benchmark",
        nargs="+",
        action="extend",
        default=[],
        metavar="NAME_OR_FILE",
        help="similarities or analogies to run before and after: a file, or with gensim simlex999, "
        "wordsim353, google-analogies",
    )
    parser.add_argument("--ignore-case", action="store_true", help=IGNORE_CASE)
    parser.add_argument(
        "--allow-missing",
        action="store_true",
        help="run in spite of a set that lost over 20 %% of its items",
    )
    parser.add_argument(
        "-o", "--output", required=True, metavar="FILE", help="file or space folder to write"
    )
    return PluginFlags(parser, methods.values(), "method")


def _made_values(made: Space) -> dict[str, Any]:
    how = made.provenance.params
    keys = ("method", "params", "order", "seed", "sets", "of", "found", "citation", "seconds")
    return {"n": made.n, "d": made.d, **{key: how[key] for key in keys}}


def _lines(made: Space, report: DebiasReport, output: Path) -> list[str]:
    how = made.provenance.params
    lines = [f"{made.n:,} items × {made.d} dimensions by {how['method']} to {output}", how["order"]]
    lines += [
        f"{row['title']:<24} {_number(row['value_before'])} → {_number(row['value_after'])}"
        for row in report.probes
    ]
    lines += [
        f"{row['task']:<24} {_number(row['before']['value'])} → {_number(row['after']['value'])}"
        for row in report.benchmarks
    ]
    along = report.projections
    if along["items"]:
        lines.append(
            f"along the direction       {along['mean_absolute_before']:.4f} → "
            f"{along['mean_absolute_after']:.4f}  mean of {along['items']:,} neutral items"
        )
    if report.neighbors["sampled"]:
        near = report.neighbors
        lines.append(
            f"neighbors kept            {near['kept']:.1%} of the {near['k']} nearest, "
            f"{near['sampled']} items sampled"
        )
    changes = report.changes
    lines.append(
        f"vectors changed           {changes['changed_vectors']:,}; mean length "
        f"{changes['mean_length_before']:.3f} → {changes['mean_length_after']:.3f}; mean cosine to "
        f"before {changes['mean_cosine_to_before']:.4f}"
    )
    return [*lines, how["citation"]]


def _number(value: float | None) -> str:
    return "none" if value is None else f"{value:+.4f}"

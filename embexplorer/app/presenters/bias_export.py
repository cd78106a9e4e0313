"""What a bias probe found as text to paste and as files: the numbers with their method."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from embexplorer.core.counted import counted
from embexplorer.core.errors import UserError
from embexplorer.operations.export import write_table, write_whole
from embexplorer.operations.probe import result_values
from embexplorer.operations.probe_uncertainty import uncertainty_values

if TYPE_CHECKING:
    from pathlib import Path

    from embexplorer.core.probe_results import ProbeResult
    from embexplorer.core.progress import Progress
    from embexplorer.operations.probe_uncertainty import Uncertainty

ENDINGS = (".json", ".csv", ".tsv", ".jsonl", ".parquet")


def write_numbers(
    result: ProbeResult, uncertainty: Uncertainty | None, path: Path, progress: Progress
) -> str:
    """Write all numbers as JSON, or the scores of the items as a table; return what was written.

    Raises
    ------
    UserError
        When the ending is another one, or the disk refuses.
    """
    progress.raise_if_cancelled()
    if is_json(path, "the scores of the items"):
        write_json(all_values(result, uncertainty), path)
        return f"Wrote all numbers to {path}."
    table = scores_table(result)
    write_table(table, path)
    return f"Wrote the scores of {counted(table.num_rows, 'item')} to {path}."


def is_json(path: Path, rows: str) -> bool:
    """Return whether all numbers are wanted, or a table of `rows`; refuse other kinds of files."""
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise UserError(
            "No such kind of file",
            f"{path.name} ends in none of {', '.join(ENDINGS)}.",
            f"Choose .json for all numbers, or .csv for {rows}.",
        )
    return ending == ".json"


def write_json(values: dict[str, Any], path: Path) -> None:
    """Write plain values, all of them or nothing."""
    text = json.dumps(values, ensure_ascii=False, indent=2)

    def fill(target: Path) -> None:
        target.write_text(f"{text}\n", encoding="utf-8")

    write_whole(path, fill)


def all_values(result: ProbeResult, uncertainty: Uncertainty | None) -> dict[str, Any]:
    """Return all numbers as the plain values of the command line's JSON, notes included."""
    values = result_values(result)
    notes = list(result.notes)
    if uncertainty is not None:
        values |= uncertainty_values(uncertainty)
        values["how_uncertainty"] = uncertainty.how
        notes += uncertainty.notes
    return {**values, "notes": notes}


def scores_table(result: ProbeResult) -> pa.Table:
    """Return a row for each item: item, set, the name of the set, and score."""
    names = {one.key: one.name for one in result.coverage}
    scores = sorted(result.found.per_item, key=lambda one: -one.score)
    return pa.table(
        {
            "item": pa.array([one.item for one in scores], pa.string()),
            "set": pa.array([one.set for one in scores], pa.string()),
            "set_name": pa.array([names.get(one.set, one.set) for one in scores], pa.string()),
            "score": pa.array([one.score for one in scores], pa.float64()),
        }
    )


def numbers_text(result: ProbeResult, uncertainty: Uncertainty | None) -> str:
    """Return the numbers as tab-separated lines under what they are, as a spreadsheet takes it."""
    found = result.found
    lines = [
        " ".join((f"{result.title} of {result.space_name}: {result.sets.name}.", result.how)),
        result.sentence,
        *result.notes,
    ]
    if uncertainty is not None:
        lines += [uncertainty.how, *uncertainty.notes]
    lines += [f"Source: {result.citation}.", f"Item sets: {result.sets.citation or '(no source)'}."]
    numbers: list[tuple[str, object]] = [
        ("effect size", found.effect_size),
        ("ddof", found.ddof),
        ("statistic", found.statistic),
        ("p", found.p_value),
        ("p kind", found.p_kind),
        ("alternative", found.alternative),
        ("permutations", found.n_permutations),
        ("seed", result.seed),
    ]
    if uncertainty is not None:
        for name, interval in (("percentile", uncertainty.percentile), ("BCa", uncertainty.bca)):
            if interval is not None:
                numbers += [
                    (f"95% interval low, {name}", interval.low),
                    (f"95% interval high, {name}", interval.high),
                ]
    lines += ["", *(f"{name}\t{value}" for name, value in numbers if value is not None), ""]
    lines += [f"{name}\t{value}" for name, value in result.params.items()]
    table = scores_table(result)
    lines += ["", "\t".join(table.column_names)]
    lines += ["\t".join(map(str, row.values())) for row in table.to_pylist()]
    if uncertainty is not None and uncertainty.leave_one_out:
        lines += ["", "without item\tset\tnumber"]
        lines += [f"{one.item}\t{one.set}\t{one.score}" for one in uncertainty.leave_one_out]
    return "\n".join(lines)


def citation_text(result: ProbeResult) -> str:
    """Return the sources to cite: of the probe, and of the item sets where they name one."""
    sets = result.sets
    said = [f"{result.title}: {result.citation}."]
    if sets.citation:
        said.append(f"Item sets “{sets.name}”: {sets.citation}.")
    return "\n".join(said)

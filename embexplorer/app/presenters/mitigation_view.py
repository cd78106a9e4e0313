"""What a mitigation changed as rows to read, as text to paste and as files."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from embexplorer.app.wording import decimal
from embexplorer.core.counted import counted
from embexplorer.core.errors import UserError
from embexplorer.operations.debias_report import LIMIT
from embexplorer.operations.export import write_table, write_whole

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from embexplorer.app.mitigation import Mitigation
    from embexplorer.core.progress import Progress

ENDINGS = (".json", ".csv", ".tsv", ".jsonl", ".parquet")
COLUMNS = ("Measure", "Before", "After", "Change")
NEIGHBOR_COLUMNS = ("Item", "Kept", "Neighbors before", "Neighbors after")
NONE, UNMEASURED = "none", "not measured"
DIGITS = 4


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """A number before and after; None where there is none.

    `is_measured` is false where it could not be asked for; the notes say why.
    """

    measure: str
    before: float | None
    after: float | None
    is_measured: bool = True

    @property
    def change(self) -> float | None:
        """How much more it is after."""
        if self.before is None or self.after is None:
            return None
        return self.after - self.before

    @property
    def cells(self) -> tuple[str, str, str, str]:
        """The row as it is read."""
        if not self.is_measured:
            return self.measure, UNMEASURED, UNMEASURED, ""
        return self.measure, _text(self.before), _text(self.after), _text(self.change, signed=True)


def measure_rows(report: Mapping[str, Any]) -> tuple[MeasureRow, ...]:
    """Return what was measured of both spaces: probes, benchmarks, the direction, lengths."""
    rows = [
        MeasureRow(f"{row['title']}: {row['sets']}", row["value_before"], row["value_after"])
        for row in report["probes"]
    ]
    rows += [
        MeasureRow(f"{row['title']}: {row['sets']}", None, None, is_measured=False)
        for row in report["unmeasured"]
    ]
    rows += [
        MeasureRow(row["task"], row["before"]["value"], row["after"]["value"])
        for row in report["benchmarks"]
    ]
    along, changes = report["projections"], report["changes"]
    if along["items"]:
        rows += [
            MeasureRow(
                f"Along the direction, {which}",
                along[f"{key}_before"],
                along[f"{key}_after"],
            )
            for which, key in (("mean", "mean_absolute"), ("largest", "largest_absolute"))
        ]
    lengths = changes["mean_length_before"], changes["mean_length_after"]
    return (*rows, MeasureRow("Mean length of vectors", *lengths))


def neighbor_rows(report: Mapping[str, Any]) -> tuple[tuple[str, str, str, str], ...]:
    """Return the items that kept fewest neighbors: item, how many, and those before and after."""
    near = report["neighbors"]
    return tuple(
        (
            one["item"],
            f"{round(one['kept'] * near['k'])} of {near['k']}",
            ", ".join(one["before"]),
            ", ".join(one["after"]),
        )
        for one in near.get("changed_most", ())
    )


def sentences(report: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what the rows do not say, one sentence each; first what they do not mean."""
    changes, along, near = report["changes"], report["projections"], report["neighbors"]
    said = [
        LIMIT,
        f"{counted(changes['changed_vectors'], 'vector')} changed; the mean cosine of a vector to "
        f"what it was is {decimal(changes['mean_cosine_to_before'], DIGITS)}.",
    ]
    if along["items"]:
        said.append(
            f"The direction is of the space before: {along['direction']}. Along it "
            f"{counted(along['items'], 'neutral item')} are measured, each without its sign."
        )
    if near["sampled"]:
        said.append(
            f"{near['kept']:.1%} of the {near['k']} nearest neighbors by cosine stayed, of "
            f"{counted(near['sampled'], 'item')} drawn with seed {near['seed']}."
        )
    return tuple(said)


def notes_of(report: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what the measures had to say, one sentence each."""
    return tuple(note for note in report["notes"] if note != LIMIT)


def report_text(asked: Mitigation) -> str:
    """Return the report as tab-separated lines under what it is, as a spreadsheet takes it."""
    assert asked.report is not None, "there is a report to copy"
    rows, near = measure_rows(asked.report), neighbor_rows(asked.report)
    lines = [
        f"{asked.title} of {asked.space_name} made {asked.made}.",
        *asked.notes,
        *sentences(asked.report),
        *notes_of(asked.report),
        "",
        "\t".join(COLUMNS),
        *("\t".join(row.cells) for row in rows),
    ]
    if near:
        lines += ["", "\t".join(NEIGHBOR_COLUMNS), *("\t".join(row) for row in near)]
    return "\n".join(lines)


def report_table(report: Mapping[str, Any]) -> pa.Table:
    """Return a row for each measure: measure, before, after, change."""
    rows = measure_rows(report)
    columns = {
        "before": [row.before for row in rows],
        "after": [row.after for row in rows],
        "change": [row.change for row in rows],
    }
    numbers = {name: pa.array(values, pa.float64()) for name, values in columns.items()}
    return pa.table({"measure": pa.array([row.measure for row in rows], pa.string()), **numbers})


def write_report(asked: Mitigation, path: Path, progress: Progress) -> str:
    """Write all of the report as JSON, or its measures as a table; return what was written.

    Raises
    ------
    UserError
        When the ending is another one, or the disk refuses.
    """
    progress.raise_if_cancelled()
    assert asked.report is not None, "there is a report to write"
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise UserError(
            "No such kind of file",
            f"{path.name} ends in none of {', '.join(ENDINGS)}.",
            "Choose .json for all numbers, or .csv for before, after and change.",
        )
    if ending == ".json":
        how = {"space": asked.space_name, "method": asked.method, "made": asked.made}
        values = {**how, "made_notes": list(asked.notes), **asked.report}
        text = json.dumps(values, ensure_ascii=False, indent=2)

        def fill(target: Path) -> None:
            target.write_text(f"{text}\n", encoding="utf-8")

        write_whole(path, fill)
        return f"Wrote the whole report to {path}."
    table = report_table(asked.report)
    write_table(table, path)
    return f"Wrote {counted(table.num_rows, 'measure')} to {path}."


def _text(value: float | None, *, signed: bool = False) -> str:
    if value is None:
        return NONE
    sign = "+" if signed and round(value, DIGITS) > 0 else ""
    return sign + decimal(value, DIGITS)

"""What a probe battery found as text to paste and as files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from embexplorer.app.presenters.bias_export import is_json, write_json
from embexplorer.operations.export import write_table
from embexplorer.operations.probe_battery import battery_values

if TYPE_CHECKING:
    from pathlib import Path

    from embexplorer.core.progress import Progress
    from embexplorer.operations.probe_battery import Battery

NUMBERS = {
    "value": pa.float64(),
    "statistic": pa.float64(),
    "effect_size": pa.float64(),
    "ddof": pa.int64(),
    "p_value": pa.float64(),
    "p_kind": pa.string(),
    "alternative": pa.string(),
    "n_permutations": pa.int64(),
    "p_holm": pa.float64(),
    "p_benjamini_hochberg": pa.float64(),
}


def write_battery(battery: Battery, path: Path, progress: Progress) -> str:
    """Write all numbers as JSON, or a row for each cell as a table; return what was written.

    Raises
    ------
    UserError
        When the ending is another one, or the disk refuses.
    """
    progress.raise_if_cancelled()
    if is_json(path, "a row for each probe"):
        write_json({**battery_values(battery), "notes": list(battery.notes)}, path)
        return f"Wrote all numbers to {path}."
    table = battery_table(battery)
    write_table(table, path)
    return f"Wrote {table.num_rows:,} probes to {path}."


def battery_table(battery: Battery) -> pa.Table:
    """Return a row for each cell, with how its numbers were found, or why there are none."""
    cells = battery_values(battery)["cells"]
    columns = {name: pa.array([one[name] for one in cells]) for name in ("space", "probe", "sets")}
    for name, kind in NUMBERS.items():
        columns[name] = pa.array([one[name] for one in cells], kind)
    for name in ("used", "asked"):
        columns[name] = pa.array([sum(one[name].values()) for one in cells], pa.int64())
    columns["how"] = pa.array(
        ["" if one.result is None else one.result.how for one in battery.cells], pa.string()
    )
    columns["reason"] = pa.array([one["error"] for one in cells], pa.string())
    return pa.table(columns)


def battery_text(battery: Battery) -> str:
    """Return the numbers as tab-separated lines under what they are, as a spreadsheet takes it."""
    table = battery_table(battery)
    lines = [battery.how, *battery.notes, "", "\t".join(table.column_names)]
    for row in table.to_pylist():
        lines.append("\t".join("" if value is None else str(value) for value in row.values()))
    return "\n".join(lines)

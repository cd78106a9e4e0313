"""How projections, derived columns, clusters and item sets stand in the manifest of a project."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from embexplorer.core.derived import Clusters, DerivedColumn
from embexplorer.core.item_sets import ItemSet, ItemSets
from embexplorer.core.projection import Projection

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from embexplorer.storage.project_parts import PartsReader, PartsWriter

    Plain = Callable[[Any], Any]

VALUES = "values"
TEXTS = ("notes", "axes", "names")  # fields that hold several texts
MEASURES = ("neighbors_kept", "trustworthiness", "continuity")  # of quality, where it is known
KINDS: dict[str, type | tuple[type, ...]] = {
    **dict.fromkeys(("id", "space_id", "projection_id", "method", "name", "how", "on"), str),
    **dict.fromkeys(("made_at", "labels_from", "onto"), str),
    **dict.fromkeys(("notes", "axes", "names", "terms", "explained_variance", "units"), tuple),
    **dict.fromkeys(("params", "quality"), dict),
    "seed": int,
    "seconds": (int, float),
}


def projection_record(
    parts: PartsWriter, number: int, item: Projection, plain: Plain
) -> dict[str, Any]:
    """Return what the manifest holds of a projection; its arrays go into the zip."""
    record = _plain_fields(item, ("coords", "rows"), plain)
    record["coords"] = parts.array(f"projection-{number}-coords", item.coords)
    if item.rows is not None:
        record["rows"] = parts.array(f"projection-{number}-rows", item.rows)
    return record


def projection_from(
    parts: PartsReader, record: Mapping[str, Any], n_of: Mapping[str, int], plain: Plain
) -> Projection:
    """Return the projection of a record.

    Raises
    ------
    ValueError
        When its arrays do not fit its space.
    """
    coords = parts.array(record["coords"])
    n = n_of[record["space_id"]]
    rows = parts.array(record["rows"]) if "rows" in record else None
    if coords.dtype != np.float32 or coords.ndim != 2 or coords.shape[1] not in (2, 3):
        raise ValueError(f"coords of {coords.dtype} {coords.shape}")
    if rows is not None:
        check_rows(rows, n)
    if len(coords) != (n if rows is None else len(rows)):
        raise ValueError(f"{len(coords)} coords for a space of {n} items")
    values = _known_fields(Projection, record, plain)
    return Projection(**{**values, "coords": coords, "rows": rows})


def column_record(
    parts: PartsWriter, number: int, item: DerivedColumn, plain: Plain
) -> dict[str, Any]:
    """Return what the manifest holds of a derived column; its values go into the zip."""
    record = _plain_fields(item, (VALUES,), plain)
    record[VALUES] = parts.table(f"column-{number}", pa.table({VALUES: item.values}))
    return record | {"is_chunked": isinstance(item.values, pa.ChunkedArray)}


def column_from(
    parts: PartsReader, record: Mapping[str, Any], n_of: Mapping[str, int], plain: Plain
) -> DerivedColumn:
    """Return the derived column of a record.

    Raises
    ------
    ValueError
        When it has not one value for each item of its space.
    """
    column = parts.table(record[VALUES]).column(VALUES)
    if len(column) != n_of[record["space_id"]]:
        raise ValueError(f"a column of {len(column)} values")
    values = column if record.get("is_chunked", True) else _whole(column)
    known = _known_fields(DerivedColumn, record, plain)
    return DerivedColumn(**{**known, VALUES: values})


def clusters_record(
    parts: PartsWriter, number: int, item: Clusters, plain: Plain
) -> dict[str, Any]:
    """Return what the manifest holds of clusters; their arrays go into the zip."""
    record = _plain_fields(item, ("labels", "medoids"), plain)
    record["labels"] = parts.array(f"clusters-{number}-labels", item.labels)
    record["medoids"] = parts.array(f"clusters-{number}-medoids", item.medoids)
    return record


def clusters_from(
    parts: PartsReader, record: Mapping[str, Any], n_of: Mapping[str, int], plain: Plain
) -> Clusters:
    """Return the clusters of a record.

    Raises
    ------
    ValueError
        When their arrays do not fit their space.
    """
    labels, medoids = parts.array(record["labels"]), parts.array(record["medoids"])
    n = n_of[record["space_id"]]
    values = _known_fields(Clusters, record, plain)
    found = Clusters(**{**values, "labels": labels, "medoids": medoids})
    if labels.dtype != np.int32 or labels.shape != (n,) or medoids.shape != (found.k,):
        raise ValueError(f"clusters of {labels.shape} labels")
    if n and not -1 <= labels.min() <= labels.max() < found.k:
        raise ValueError("a cluster that has no name")
    if len(medoids) and not 0 <= medoids.min() <= medoids.max() < n:
        raise ValueError("a medoid that is not in the space")
    return found


def selection_from(values: Mapping[str, Any], n_of: Mapping[str, int]) -> Mapping[str, Any]:
    """Return the values of a named selection, checked.

    Raises
    ------
    ValueError
        When one is missing, of another kind, or its rows are not in its space.
    """
    _check_kinds(values, {"space_id": str, "name": str, "color": int, "id": str})
    check_rows(values["rows"], n_of[values["space_id"]])
    return values


def view_from(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the values of a saved view, checked.

    Raises
    ------
    ValueError
        When one is missing or of another kind.
    """
    _check_kinds(values, {"projection_id": str, "name": str, "id": str, "camera": dict})
    return values


def item_sets_record(sets: ItemSets) -> dict[str, Any]:
    """Return what the manifest holds of item sets: their fields, tuples as lists."""
    return dataclasses.asdict(sets)


def item_sets_from(record: Mapping[str, Any]) -> ItemSets:
    """Return the item sets of a record.

    Raises
    ------
    ValueError
        When something in them is no text, or a pair has not two items.
    """
    values: dict[str, Any] = {}
    for field in dataclasses.fields(ItemSets):
        if field.name not in record:
            continue  # an earlier version did not know it
        value = record[field.name]
        if field.name in ("targets", "attributes"):
            values[field.name] = tuple(map(_item_set, value))
        elif field.name == "words":
            values[field.name] = None if value is None else _item_set(value)
        elif field.name == "pairs":
            values[field.name] = tuple(map(_pair, value))
        elif isinstance(field.default, tuple):
            values[field.name] = _texts(value)
        else:
            (values[field.name],) = _texts([value])
    return ItemSets(**values)


def _pair(record: Sequence[Any]) -> tuple[str, str]:
    first, second = _texts(record)
    return first, second


def _item_set(record: Mapping[str, Any]) -> ItemSet:
    _check_kinds(record, {"name": str, "items": (list, tuple)})
    return ItemSet(record["name"], _texts(record["items"]))


def _texts(values: Sequence[Any]) -> tuple[str, ...]:
    if isinstance(values, str) or not all(isinstance(value, str) for value in values):
        raise ValueError("an item that is no text")
    return tuple(values)


def _check_kinds(values: Mapping[str, Any], kinds: Mapping[str, type | tuple[type, ...]]) -> None:
    wrong = [name for name, kind in kinds.items() if not isinstance(values[name], kind)]
    if wrong:
        raise ValueError(f"{', '.join(wrong)} of another kind")


def _plain_fields(item: Any, arrays: tuple[str, ...], plain: Plain) -> dict[str, Any]:
    names = [field.name for field in dataclasses.fields(item) if field.name not in arrays]
    return {name: plain(getattr(item, name)) for name in names}


def _known_fields(kind: type, record: Mapping[str, Any], plain: Plain) -> dict[str, Any]:
    """Return the fields that this version knows; later ones may have written more."""
    names = [field.name for field in dataclasses.fields(kind)]
    arrays = ("coords", "rows", VALUES, "labels", "medoids")
    found = {name: plain(record[name]) for name in names if name in record and name not in arrays}
    _check_kinds(found, {name: KINDS[name] for name in found})
    texts = [text for name in TEXTS for text in found.get(name, ())]
    quality = [found.get("quality", {}).get(name) for name in MEASURES]
    numbers = [*found.get("explained_variance", ()), *(one for one in quality if one is not None)]
    if not all(isinstance(text, str) for text in texts):
        raise ValueError("a text of another kind")
    if not all(isinstance(number, int | float) for number in numbers):
        raise ValueError("a number of another kind")
    return found


def check_rows(rows: NDArray[Any], n: int) -> None:
    """Refuse rows that are not int64, ascending, each once, and of a space of n items.

    Raises
    ------
    ValueError
        Saying what they are instead.
    """
    if rows.dtype != np.int64 or rows.ndim != 1 or not len(rows):
        raise ValueError(f"rows of {rows.dtype} {rows.shape}")
    if rows[0] < 0 or rows[-1] >= n or (np.diff(rows) <= 0).any():
        raise ValueError("rows that are not in their space")


def _whole(column: pa.ChunkedArray) -> pa.Array:
    whole = column.combine_chunks()
    return whole.chunk(0) if isinstance(whole, pa.ChunkedArray) else whole

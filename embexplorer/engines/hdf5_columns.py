"""How one column of a table lies in HDF5: plain, or encoded as AnnData does.

A plain column is a dataset of n numbers or texts. A categorical is a group of ``codes`` and
``categories``, one with missing values a group of ``values`` and ``mask``.

References
----------
AnnData, On-disk format, https://anndata.readthedocs.io/en/stable/fileformat-prose.html
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from embexplorer.core.errors import UserError
from embexplorer.core.memory import check_memory
from embexplorer.engines.hdf5_limits import check_stored, check_unpackable
from embexplorer.engines.table_writing import texts_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from embexplorer.engines.hdf5_files import Hdf5File

ENCODING = "encoding-type"
CATEGORICAL = ("codes", "categories")
NULLABLE = ("values", "mask")
MAX_TEXT_BYTES = 1 << 31  # of one column: texts of any length may all lie in one place of the file
TEXTS_AT_ONCE = 1 << 16


def is_encoded(file: Hdf5File, path: str) -> bool:
    """Whether a group is one column."""
    return any(
        all(posixpath.join(path, part) in file.datasets for part in parts)
        for parts in (CATEGORICAL, NULLABLE)
    )


def count_entries(file: Hdf5File, path: str) -> int | None:
    """Return how many entries a column has, None where the path is no column."""
    dataset = file.datasets.get(path)
    if dataset is None and is_encoded(file, path):
        parts = [posixpath.join(path, part) for part in ("codes", "values")]
        dataset = next(file.datasets[part] for part in parts if part in file.datasets)
    if dataset is None or len(dataset.shape or ()) != 1 or not _is_plain(dataset):
        return None
    return int(dataset.shape[0])


def read_column(file: Hdf5File, path: str, wanted: int) -> pa.Array:
    """Return the first `wanted` entries of a column.

    Raises
    ------
    UserError
        When it does not fit into memory, is not UTF-8, or its codes have no category.
    """
    if path in file.datasets:
        return _read_plain(file, path, wanted)
    codes, categories, values, mask = (
        posixpath.join(path, part) for part in (*CATEGORICAL, *NULLABLE)
    )
    if codes in file.datasets:
        labels = _read_plain(file, categories, file.datasets[categories].shape[0])
        check_stored(file, codes, file.datasets[codes])
        return decode_categories(file, path, file.datasets[codes][:wanted], labels)
    check_stored(file, mask, file.datasets[mask])
    missing = np.asarray(file.datasets[mask][:wanted], bool)
    return pc.if_else(pa.array(missing), None, _read_plain(file, values, wanted))


def decode_categories(
    file: Hdf5File, path: str, codes: NDArray[Any], labels: pa.Array
) -> pa.DictionaryArray:
    """Return codes as the categories they stand for; -1 is missing.

    Raises
    ------
    UserError
        When a code has no category.
    """
    codes = np.asarray(codes).astype(np.int64)
    bad = np.flatnonzero((codes < -1) | (codes >= len(labels)))
    if len(bad):
        raise UserError(
            "A code without a category",
            f"{file.name}: {path}, row {bad[0] + 1:,} is {codes[bad[0]]:,}; there are "
            f"{len(labels):,} categories.",
            "Write the column again.",
        )
    indices = pa.array(codes.astype(np.int32), mask=codes < 0)
    return pa.DictionaryArray.from_arrays(indices, labels)


def _is_plain(dataset: Any) -> bool:
    import h5py

    return dataset.dtype.kind in "fiubS" or h5py.check_string_dtype(dataset.dtype) is not None


def _read_plain(file: Hdf5File, path: str, wanted: int) -> pa.Array:
    import h5py

    dataset = file.dataset(path)
    if not _is_plain(dataset):
        raise UserError(
            "Neither numbers nor text",
            f"{file.name}: {path} holds {h5py.check_vlen_dtype(dataset.dtype) or dataset.dtype}.",
            "Write it as text, or leave it out.",
        )
    check_memory(
        3 * wanted * dataset.dtype.itemsize, f"{file.name}: {path}", "Leave the column out."
    )
    if dataset.dtype.kind in "fiub":
        check_stored(file, path, dataset)
        names = h5py.check_enum_dtype(dataset.dtype)
        values = dataset[:wanted]
        if not names:
            return array_of(file, path, values)
        labels = {number: label for label, number in names.items()}
        return pa.array([labels.get(value) for value in values.tolist()]).dictionary_encode()
    check_unpackable(file, path, dataset)
    return pa.chunked_array(list(_texts(file, path, wanted)), pa.large_string()).combine_chunks()


def array_of(file: Hdf5File, what: str, values: NDArray[Any]) -> pa.Array:
    """Return numbers, or bytes of text, as Arrow has them.

    Raises
    ------
    UserError
        When a text is not UTF-8.
    """
    if values.dtype.kind not in "SO":
        if values.dtype.itemsize > 8:  # more than 64 bits
            return pa.array(values.astype(np.float64), from_pandas=True)
        # A decimal that is missing is written as NaN.
        native = values.astype(values.dtype.newbyteorder("="), copy=False)
        return pa.array(native, from_pandas=True)
    try:
        return pa.array([value.decode() for value in values.tolist()], pa.large_string())
    except UnicodeDecodeError as error:
        raise UserError(
            "An item is not UTF-8",
            f"{file.name}, {what}: byte 0x{error.object[error.start]:02X} is not UTF-8.",
            "Save the items as UTF-8.",
        ) from error


def _texts(file: Hdf5File, path: str, wanted: int) -> Iterator[pa.Array]:
    """Return the texts of a dataset in blocks that stay small, however long the texts are."""
    dataset = file.datasets[path]
    step = max(256, min(TEXTS_AT_ONCE, MAX_TEXT_BYTES // max(1, file.n_bytes)))
    taken = 0
    for start in range(0, wanted, step):
        values = dataset[start : min(wanted, start + step)]
        taken += sum(map(len, values.tolist()))
        if taken > MAX_TEXT_BYTES:
            raise UserError(
                "The items are too large",
                f"{file.name}: the texts of {path} take over 2 GB.",
                "Write a Parquet file instead.",
            )
        yield array_of(file, path, values)


def write_column(group: Any, name: str, column: pa.ChunkedArray) -> None:
    """Write a column under a name into a group; what HDF5 has no type for becomes text.

    A name with a slash would be a path: such a column is numbered, and has its name as attribute.
    """
    is_path = "/" in name or name in ("", ".")
    key = f"column {len(group)}" if is_path else name
    column = column.combine_chunks()
    if pa.types.is_dictionary(column.type):
        node = _encoded(group, key, "categorical")
        codes = column.indices.cast(pa.int32()).fill_null(-1)
        node["codes"] = codes.to_numpy()
        _write_plain(node, "categories", column.dictionary)
        node.attrs["ordered"] = False
    elif column.null_count and not pa.types.is_floating(column.type):
        values = _plain(column)
        kinds = {pa.large_string(): "nullable-string-array", pa.bool_(): "nullable-boolean"}
        node = _encoded(group, key, kinds.get(values.type, "nullable-integer"))
        _write_plain(node, "values", values)
        node["mask"] = column.is_null().to_numpy(zero_copy_only=False)
    else:
        node = _write_plain(group, key, column)
    if is_path:
        node.attrs["name"] = name


def _encoded(group: Any, key: str, encoding: str) -> Any:
    node = group.create_group(key)
    node.attrs[ENCODING] = encoding
    node.attrs["encoding-version"] = "0.2.0" if encoding == "categorical" else "0.1.0"
    return node


def _plain(column: pa.Array) -> pa.Array:
    """Return a column as numbers, yes and no, or texts, with something in place of the missing."""
    kind = column.type
    if pa.types.is_decimal(kind):
        return column.cast(pa.float64()).fill_null(float("nan"))
    if pa.types.is_floating(kind):
        return column.fill_null(float("nan"))
    if pa.types.is_integer(kind) or pa.types.is_boolean(kind):
        return column.fill_null(pa.scalar(0, kind) if kind != pa.bool_() else False)
    return texts_of(pa.chunked_array([column])).combine_chunks()


def becomes_text(kind: pa.DataType) -> bool:
    """Whether a column of this type is written as texts, though it holds none."""
    return bool(
        pa.types.is_nested(kind)
        or pa.types.is_temporal(kind)
        or pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
    )


def _write_plain(group: Any, key: str, column: pa.Array) -> Any:
    import h5py

    values = _plain(column)
    if values.type != pa.large_string():
        return group.create_dataset(key, data=values.to_numpy(zero_copy_only=False))
    texts = values.to_pylist()
    if any("\0" in text for text in texts):
        raise UserError(
            "A text holds a zero byte",
            f"{key}, row {next(at for at, text in enumerate(texts) if chr(0) in text) + 1:,}: "
            "HDF5 ends a text there.",
            "Write a Parquet file instead.",
        )
    return group.create_dataset(key, data=texts, dtype=h5py.string_dtype())

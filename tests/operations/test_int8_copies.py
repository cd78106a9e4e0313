"""A large space gets its copy beside its vectors, and the copy is used once it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from embexplorer.core.errors import CancelledError
from embexplorer.core.memory import free_memory
from embexplorer.core.progress import Progress
from embexplorer.core.space import Space, make_space, make_table
from embexplorer.measures.int8_copy import quantized
from embexplorer.operations.context import Context
from embexplorer.operations.int8_copies import Int8Copies, is_worth_a_copy, make_copy
from embexplorer.operations.keep import on_disk
from embexplorer.operations.norms import norms_of_space
from embexplorer.storage.int8_folder import open_copy

if TYPE_CHECKING:
    from pathlib import Path


def kept(folder: Path, vectors: np.ndarray) -> Space:
    items = [f"item {row}" for row in range(len(vectors))]
    return on_disk(make_space(vectors, make_table(items)), Context.default(folder))


@pytest.fixture(scope="module")
def large(tmp_path_factory) -> Space:
    """A space of just the size that is worth a copy."""
    vectors = np.random.default_rng(0).standard_normal((1 << 16, 256), dtype=np.float32)
    return kept(tmp_path_factory.mktemp("cache"), vectors)


def test_the_copy_of_a_large_space_lies_beside_its_vectors(large: Space) -> None:
    assert is_worth_a_copy(large)
    copies = Int8Copies()
    assert copies.of(large) is None
    assert make_copy(str(large.folder), Progress()) == ""
    copy = copies.of(large)
    assert copy is not None
    assert copies.of(large) is copy
    assert isinstance(copy.codes, np.memmap)
    codes, scales, errors = quantized(large.vectors[-300:], copy.center)
    assert (copy.codes[-300:] == codes).all()
    assert (copy.scales[-300:] == scales).all()
    assert (copy.errors[-300:] == errors).all()
    # A copy that is there is not made again.
    assert large.folder is not None
    before = (large.folder / "int8").stat().st_ino
    assert make_copy(str(large.folder), Progress()) == ""
    assert (large.folder / "int8").stat().st_ino == before
    copies.forget(large.id)
    assert copies.of(large) is not copy


def test_a_cancelled_copy_leaves_nothing(tmp_path) -> None:
    space = kept(tmp_path, np.ones((1 << 16, 256), np.float32))
    progress = Progress()
    progress.cancel()
    with pytest.raises(CancelledError):
        make_copy(str(space.folder), progress)
    assert space.folder is not None
    names = {"vectors.npy", "table.arrow", "norms.npy", "space.json"}
    assert {path.name for path in space.folder.iterdir()} == names


def test_a_small_space_needs_none(tmp_path) -> None:
    space = kept(tmp_path, np.ones((100, 256), np.float32))
    assert "few enough" in make_copy(str(space.folder), Progress())
    assert Int8Copies().of(space) is None


def test_norms_that_float32_cannot_multiply_get_none(tmp_path) -> None:
    space = kept(tmp_path, np.full((1 << 16, 256), 1e30, np.float32))
    assert "float64" in make_copy(str(space.folder), Progress())
    assert Int8Copies().of(space) is None


def test_a_copy_of_other_vectors_or_a_damaged_one_is_not_used(large: Space, tmp_path) -> None:
    (tmp_path / "int8").mkdir()
    copy = quantized(large.vectors[:9], np.zeros(256, np.float32))
    for name, values in zip(("codes", "scales", "errors"), copy, strict=True):
        np.save(tmp_path / "int8" / f"{name}.npy", values)
    assert open_copy(tmp_path, 9, 256) is None  # the center is missing
    np.save(tmp_path / "int8" / "center.npy", np.zeros(256, np.float32))
    assert open_copy(tmp_path, 9, 256) is not None
    assert open_copy(tmp_path, 8, 256) is None
    np.save(tmp_path / "int8" / "scales.npy", np.zeros(9))
    assert open_copy(tmp_path, 9, 256) is None
    (tmp_path / "int8" / "scales.npy").write_bytes(b"\x93NUMPY")
    assert open_copy(tmp_path, 9, 256) is None
    assert open_copy(tmp_path / "nowhere", 9, 256) is None


def test_norms_are_mapped_where_they_lie_and_computed_where_not(large: Space, tmp_path) -> None:
    mapped = norms_of_space(large)
    assert isinstance(mapped, np.memmap)
    lengths = np.linalg.norm(large.vectors[:5].astype(np.float64), axis=1)
    np.testing.assert_allclose(mapped[:5], lengths, rtol=1e-14)
    space = kept(tmp_path, np.array([[3, 4], [0, 0]], np.float32))
    assert norms_of_space(space).tolist() == [5.0, 0.0]
    assert space.folder is not None
    np.save(space.folder / "norms.npy", np.ones(3))
    assert norms_of_space(space).tolist() == [5.0, 0.0]
    (space.folder / "norms.npy").unlink()
    assert norms_of_space(space).tolist() == [5.0, 0.0]


def test_free_memory_is_a_number_of_bytes_or_unknown() -> None:
    free = free_memory()
    assert free is None or 1 << 20 < free < 1 << 50

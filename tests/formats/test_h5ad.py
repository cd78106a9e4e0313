from __future__ import annotations

import shutil
from pathlib import Path

import h5py
import numpy as np
import pytest
from scipy import sparse

from embexplorer.formats import h5ad as module
from embexplorer.formats import hdf5

CELLS = ["AAAC-1", "AAAG-1", "AACA-1", "AACC-1", "né"]
PCA = np.arange(25, dtype=np.float32).reshape(5, 5)
UMAP = np.arange(10.0).reshape(5, 2)
GENES = np.array([[0, 0, 2, 0], [1, 0, 0, 0], [0, 0, 0, 0], [0, 3, 0, 4], [5, 0, 0, 6]], "f4")


def items_of(parsed):
    return parsed.table.column("item").to_pylist()


def put_sparse(file, path, matrix):
    group = file.create_group(path)
    group.attrs["encoding-type"] = f"{matrix.format}_matrix"
    group.attrs["shape"] = matrix.shape
    for part in ("data", "indices", "indptr"):
        group[part] = getattr(matrix, part)


@pytest.fixture
def path(tmp_path):
    """Return a file as AnnData 0.12 writes it."""
    path = tmp_path / "cells.h5ad"
    with h5py.File(path, "w") as file:
        file.attrs["encoding-type"] = "anndata"
        put_sparse(file, "X", sparse.csr_matrix(GENES))
        put_sparse(file, "layers/csc", sparse.csc_matrix(GENES))
        file["layers/dense"] = GENES + 1
        file["obsm/X_pca"], file["obsm/X_scVI"] = PCA, np.ones((5, 10))
        file["obsm/X_tsne"], file["obsm/X_umap"] = UMAP + 1, UMAP
        obs = file.create_group("obs")
        obs.attrs["_index"] = "barcode"
        obs.attrs["column-order"] = ["leiden", "n_genes", "batch", "deep"]
        obs["barcode"] = CELLS
        obs["leiden/codes"] = np.array([1, 0, -1, 1, 0], np.int8)
        obs["leiden/categories"] = ["B", "T"]
        obs["n_genes/values"] = np.arange(5)
        obs["n_genes/mask"] = np.array([0, 0, 1, 0, 0], bool)
        obs["batch"] = np.arange(5) / 2
        obs["deep"] = np.ones((5, 2))
        file["var/_index"] = list("abcd")
    return path


def test_cells_have_their_principal_components_map_and_columns(path, parse):
    parsed = parse(module, path)
    assert parsed.vectors.tolist() == PCA.tolist()
    assert parsed.coords.tolist() == UMAP.tolist()
    assert {name: parsed.table.column(name).to_pylist() for name in parsed.table.column_names} == {
        "item": CELLS,
        "leiden": ["T", "B", None, "T", "B"],
        "n_genes": [0, 1, None, 3, 4],
        "batch": [0, 0.5, 1, 1.5, 2],
    }
    assert parsed.notes == (
        "The vectors are X_pca; others are: X, X_scVI.",
        "The coordinates are X_umap; others: X_tsne.",
        "Columns of obs that are no plain column were left out: deep.",
    )
    limited = parse(module, path, limit=2)
    assert limited.vectors.tolist() == PCA[:2].tolist()
    assert (items_of(limited), len(limited.coords)) == (CELLS[:2], 2)


@pytest.mark.parametrize("use", ["X", "layers/csc"])
def test_sparse_matrices_become_vectors_with_their_zeros(path, parse, use):
    parsed = parse(module, path, use=use, coords="tsne")
    assert parsed.vectors.tolist() == GENES.tolist()
    assert parsed.coords.tolist() == (UMAP + 1).tolist()
    assert parsed.notes[0] == (
        f"{use} is sparse: 30.0% of its 5 × 4 values are stored. As vectors they take 0.0 MB."
    )
    assert parse(module, path, limit=4, use=use).vectors.tolist() == GENES[:4].tolist()


@pytest.mark.parametrize(("use", "d"), [("scVI", 10), ("obsm/X_scVI", 10), ("layers/dense", 4)])
def test_another_embedding_or_layer_is_taken_by_its_name(path, parse, use, d):
    assert parse(module, path, use=use).vectors.shape == (5, d)


def test_without_an_embedding_the_expression_is_the_vectors(path, parse):
    with h5py.File(path, "a") as file:
        del file["obsm"]
    parsed = parse(module, path)
    assert parsed.vectors.tolist() == GENES.tolist()
    assert parsed.coords is None
    assert parsed.notes[0] == (
        "The file has no embedding of its cells (obsm): the vectors are X, a number a gene."
    )


def test_large_sparse_matrices_are_read_in_blocks(tmp_path, parse, monkeypatch):
    from embexplorer.engines import hdf5_sparse

    monkeypatch.setattr(hdf5_sparse, "BLOCK_BYTES", 5000)
    made = sparse.random(300, 70, 0.1, format="csr", dtype=np.float32, random_state=1)
    for matrix in (made, made.tocsc()):
        with h5py.File(tmp_path / "a.h5ad", "w") as file:
            put_sparse(file, "X", matrix)
        parsed = parse(module, tmp_path / "a.h5ad")
        assert np.array_equal(parsed.vectors, made.toarray())
        assert items_of(parsed)[299] == "299"


def test_no_room_for_the_zeros_is_said_with_what_to_read_instead(path, refuse, monkeypatch):
    usage = shutil.disk_usage(path.parent)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage._replace(free=60))
    error = refuse(module, path, use="X")
    assert error.title == "Not enough room on the disk"
    assert "X_pca" in error.hint


@pytest.mark.parametrize(
    ("part", "values"),
    [
        ("indices", [2, 0, 1, 3, 0, 99]),
        ("indices", [-1, 0, 1, 3, 0, 3]),
        ("indptr", [0, 1, 2, 1, 4, 6]),
        ("indptr", [0, 1, 2, 2, 4, 60]),
        ("indptr", [0, 6]),
        ("indices", [2, 0]),
    ],
)
def test_a_sparse_matrix_that_does_not_fit_together_is_refused(path, refuse, part, values):
    with h5py.File(path, "a") as file:
        del file[f"X/{part}"]
        file[f"X/{part}"] = np.array(values)
    error = refuse(module, path, use="X")
    assert error.title == "The sparse matrix is damaged"
    assert "cells.h5ad: X" in error.detail


def test_what_is_not_there_is_said_with_what_is(path, refuse):
    error = refuse(module, path, use="X_harmony")
    assert error.title == "No vectors in this file"
    assert error.hint == "Choose one of: X, X_pca, X_scVI, X_tsne, X_umap."
    assert refuse(module, path, coords="pca").hint == "Choose one of: X_tsne, X_umap."


def test_codes_without_a_category_and_other_numbers_of_cells_are_refused(path, refuse):
    with h5py.File(path, "a") as file:
        file["obs/leiden/codes"][1] = 9
    error = refuse(module, path)
    assert error.title == "A code without a category"
    assert error.detail == "cells.h5ad: obs/leiden, row 2 is 9; there are 2 categories."
    with h5py.File(path, "a") as file:
        del file["obsm/X_pca"]
        file["obsm/X_pca"] = PCA[:4]
        file["obs/leiden/codes"][1] = 0
    assert refuse(module, path).title == "Names and vectors differ in number"


def test_categories_of_older_releases_are_read(tmp_path, parse):
    path = tmp_path / "old.h5ad"
    with h5py.File(path, "w") as file:  # AnnData 0.6: obs is one table
        file["X"] = GENES
        kind = [("index", "S9"), ("leiden", "i1"), ("score", "f4")]
        rows = [(cell.encode(), at % 2, at / 2) for at, cell in enumerate(CELLS)]
        file["obs"] = np.array(rows, kind)
        file["uns/leiden_categories"] = np.array([b"B", b"T"])
    first = parse(module, path).table.to_pydict()
    assert first == {
        "item": CELLS,
        "leiden": ["B", "T", "B", "T", "B"],
        "score": [0, 0.5, 1, 1.5, 2],
    }
    with h5py.File(path, "a") as file:  # AnnData 0.7
        del file["obs"], file["uns"]
        file["obs/index"], file["obs/leiden"] = CELLS, np.array([0, 1, 0, 1, 0], np.int8)
        file["obs/__categories/leiden"] = ["B", "T"]
    assert parse(module, path).table.to_pydict() == {
        "item": CELLS,
        "leiden": ["B", "T", "B", "T", "B"],
    }


def test_it_is_told_from_other_hdf5_files(path):
    head = path.read_bytes()[: 1 << 16]
    assert module.sniff(path, head) > hdf5.sniff(path, head)
    assert module.sniff(path.with_suffix(".h5"), head) == 0


def test_a_file_of_anndata_itself_is_read_whole(parse):
    path = Path(__file__).parents[1] / "data" / "anndata" / "cells-0.12.h5ad"
    parsed = parse(module, path)
    assert parsed.vectors.tolist() == np.arange(30).reshape(6, 5).tolist()
    assert parsed.coords.tolist() == np.arange(12).reshape(6, 2).tolist()
    assert parsed.table.to_pydict() == {
        "item": [f"CELL{at}-1" for at in range(6)],
        "leiden": ["T", "B", None, "T", "B", "B"],
        "n": [1, 2, None, 4, 5, 6],
        "ok": [True, None, False, True, True, True],
        "score": [0, 0.5, 1, 1.5, 2, 2.5],
        "sample": ["a", "b", "a", "b", "c", "d"],
    }
    with h5py.File(path) as file:
        parts = [file["X"][part][:] for part in ("data", "indices", "indptr")]
    genes = sparse.csr_matrix(tuple(parts), (6, 9)).toarray()
    assert np.count_nonzero(genes) == 16
    for use in ("X", "layers/csc"):
        assert np.array_equal(parse(module, path, use=use).vectors, genes)

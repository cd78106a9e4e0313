from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from embexplorer.core.projection import Projection
from embexplorer.core.space import make_space, make_table
from embexplorer.operations.export import write_coords
from embexplorer.operations.map_record import KEY, MapRecord, read_record

COORDS = np.array([[0, 1], [2, 3]], np.float32)


@pytest.mark.parametrize("ending", ["parquet", "arrow", "feather"])
def test_a_file_says_what_made_its_map(tmp_path, ending):
    space = make_space(np.eye(2, dtype=np.float32), make_table(["a", "b"]))
    made = Projection(space.id, "umap", COORDS, {"n_neighbors": 7, "n_epochs": None}, seed=3)
    write_coords(space, made, tmp_path / f"map.{ending}")
    said = read_record(tmp_path / f"map.{ending}")
    assert said == MapRecord(space.id, "umap", {"n_neighbors": 7, "n_epochs": None}, 3)


@pytest.mark.parametrize(
    "written",
    [b"not json", b"[1]", b"{}", b'{"space_id": 1, "method": "a", "params": {}, "seed": 0}'],
)
def test_what_is_damaged_says_nothing(tmp_path, written):
    path = tmp_path / "map.parquet"
    parquet.write_table(pa.table({"x": [1.0]}).replace_schema_metadata({KEY: written}), path)
    assert read_record(path) is None


def test_other_files_say_nothing(tmp_path):
    (tmp_path / "map.csv").write_text("item,x,y\na,0,1\n")
    (tmp_path / "map.parquet").write_bytes(b"no parquet")
    parquet.write_table(pa.table({"x": [1.0]}), tmp_path / "plain.parquet")
    for name in ("map.csv", "map.parquet", "plain.parquet", "missing.arrow"):
        assert read_record(tmp_path / name) is None

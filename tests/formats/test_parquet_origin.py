"""A Parquet file keeps which encoder made its vectors."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from embexplorer.core.space import Provenance, Space
from embexplorer.operations.context import Context
from embexplorer.operations.export import write_space
from embexplorer.operations.read import read_space, read_texts
from embexplorer.storage.paths import resource

if TYPE_CHECKING:
    from pathlib import Path


def test_the_encoder_survives_a_round_trip(space: Space, tmp_path: Path) -> None:
    origin = Provenance(encoder="minilm", revision="ab12", params={"batch_size": 8})
    encoded = dataclasses.replace(space, provenance=origin)
    context = Context.default(tmp_path / "cache")
    write_space(encoded, tmp_path / "a.parquet", context)
    found = read_space(tmp_path / "a.parquet", context).data.provenance
    assert (found.encoder, found.revision, found.params) == ("minilm", "ab12", {"batch_size": 8})
    assert found.reader == "parquet"


def test_texts_read_from_a_table_with_vectors_name_no_encoder(tmp_path: Path) -> None:
    context = Context.default(tmp_path / "cache")
    path = resource("samples/sentences.parquet")
    assert read_space(path, context).data.provenance.encoder == "minilm"
    assert read_texts(path, context).data.provenance.encoder == ""

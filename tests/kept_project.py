"""A small project with something of every kind in it, and whether two projects are equal."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from embexplorer.core.derived import Clusters, DerivedColumn
from embexplorer.core.item_sets import ItemSet, ItemSets
from embexplorer.core.project import KeptData, ProjectContents
from embexplorer.core.projection import Projection
from embexplorer.core.space import Provenance, Space, make_space, make_table
from embexplorer.storage.space_folder import open_folder, write_folder

if TYPE_CHECKING:
    from pathlib import Path

    from embexplorer.operations.context import Context


def put_data(context: Context, key: str, *, is_space: bool = True) -> KeptData:
    """Put six items into the cache, with vectors or as a corpus."""
    items = ["king", "queen", "man", "woman", "naïve café", "日本"]
    table = make_table(items, {"kind": ["a", "a", "b", "b", None, "a"], "size": [1, 2, 3, 4, 5, 6]})
    vectors = np.arange(18, dtype=np.float32).reshape(6, 3) / 7 if is_space else None
    origin = Provenance("/data/words.vec", "word2vec-text", notes=("1 item is odd.",))

    def fill(folder: Path) -> None:
        write_folder(folder, name=key, table=table, vectors=vectors, provenance=origin)

    found, _ = open_folder(context.cache.write(key, fill))
    return KeptData(found.id, f"my {key}", str(found.folder), is_space)


def full_contents(context: Context) -> ProjectContents:
    """Return a project with something of every kind."""
    space, corpus = put_data(context, "words"), put_data(context, "texts", is_space=False)
    plane = np.arange(12, dtype=np.float32).reshape(6, 2)
    flat = Projection(
        space.id,
        "umap",
        plane,
        {"n_neighbors": 15, "limits": (0.5, math.inf), "metric": "cosine"},
        seed=7,
        quality={"neighbors_kept": 0.625, "k": 15, "notes": [], "per_item": np.arange(6.0)},
        seconds=1.25,
        notes=("Exact neighbors.",),
        id="flat",
    )
    deep = Projection(
        space.id,
        "pca",
        np.arange(9, dtype=np.float32).reshape(3, 3),
        axes=("PC 1, 60%", "PC 2, 30%", "PC 3, 10%"),
        explained_variance=(0.6, 0.3, 0.1),
        rows=np.array([0, 2, 5]),
        id="deep",
    )
    tags = pa.array(["good", None, "bad", None, "good", None], pa.string())
    return ProjectContents(
        data=(space, corpus),
        projections=(flat, deep),
        columns=(
            DerivedColumn(space.id, "Tag", tags, "Written by hand.", {"by": "hand"}),
            DerivedColumn(space.id, "Topic", tags.dictionary_encode(), "By label.", {}, "flat"),
            DerivedColumn(space.id, "Score", pa.chunked_array([[0.5, 1.5], [2.0] * 4]), "Figured."),
        ),
        clusters=(
            Clusters(
                space.id,
                "kmeans",
                np.array([0, 0, 0, 1, 1, -1], np.int32),
                ("royal", "other"),
                (("king", "queen"), ()),
                np.array([0, 3]),
                on="flat",
                params={"k": 2},
                seed=3,
                seconds=0.5,
                notes=("1 item is noise.",),
                id="groups",
            ),
        ),
        selections=(
            {
                "space_id": space.id,
                "name": "mine",
                "color": 2,
                "rows": np.array([1, 4]),
                "id": "s1",
            },
        ),
        views=(
            {
                "projection_id": "flat",
                "name": "close",
                "camera": {"center": [1.5, -2.0], "height": 0.125},
                "id": "v1",
            },
        ),
        item_sets=(
            ItemSets(
                "weat-6 after me",
                targets=(ItemSet("men’s names", ("John", "François")), ItemSet("none", ())),
                attributes=(ItemSet("career", ("office",)),),
                words=ItemSet("jobs", ("nurse", "chef")),
                citation="nobody 2020",
                language="en",
                note="shortened",
                also=("mine",),
            ),
            ItemSets("pairs", pairs=(("she", "he"), ("her", "his"))),
        ),
        styles={
            space.id: {
                "color_by": "Tag",
                "limits": (0.0, 2.5),
                "layers": frozenset({"edges", "hulls"}),
            }
        },
        active={"space": space.id, "texts": "", "projection": "flat"},
        extra={"from_later": {"kept": [1, 2]}},
    )


def large_space(n: int, d: int) -> Space:
    """Return a space in memory."""
    rng = np.random.default_rng(0)
    return make_space(
        rng.normal(size=(n, d)).astype(np.float32), make_table([f"item {k}" for k in range(n)])
    )


def differences(a: Any, b: Any, where: str = "") -> list[str]:
    """Return where two values differ, field by field; folders may differ."""
    if dataclasses.is_dataclass(a):
        if type(a) is not type(b):
            return [f"{where}: {type(a)} and {type(b)}"]
        names = [field.name for field in dataclasses.fields(a) if field.name != "folder"]
        return [
            found
            for name in names
            for found in differences(getattr(a, name), getattr(b, name), f"{where}.{name}")
        ]
    if isinstance(a, np.ndarray):
        is_same = a.dtype == b.dtype and np.array_equal(a, b)
    elif isinstance(a, pa.Array | pa.ChunkedArray | pa.Table):
        is_same = type(a) is type(b) and a.equals(b)
    elif isinstance(a, Mapping):
        if list(a) != list(b):
            return [f"{where}: {list(a)} and {list(b)}"]
        return [found for name in a for found in differences(a[name], b[name], f"{where}.{name}")]
    elif isinstance(a, list | tuple):
        if type(a) is not type(b) or len(a) != len(b):
            return [f"{where}: {a} and {b}"]
        pairs = enumerate(zip(a, b, strict=True))
        return [found for k, (x, y) in pairs for found in differences(x, y, f"{where}[{k}]")]
    else:
        is_same = type(a) is type(b) and a == b
    return [] if is_same else [f"{where}: {a!r} and {b!r}"]

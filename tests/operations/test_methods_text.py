from __future__ import annotations

import datetime
import json
import subprocess
import sys
from importlib.metadata import version

import numpy as np
import pytest

import embexplorer as ee
from embexplorer.core.derived import Clusters
from embexplorer.core.processors import processor_count
from embexplorer.core.projection import Projection
from embexplorer.core.space import Provenance, make_space, make_table
from embexplorer.operations.context import Context
from embexplorer.operations.methods_text import caption_of, describe_methods


@pytest.fixture(scope="module")
def context(tmp_path_factory):
    return Context.default(tmp_path_factory.mktemp("cache"))


@pytest.fixture
def encoded(tmp_path):
    corpus = tmp_path / "people" / "news.csv"
    corpus.parent.mkdir()
    corpus.write_text("text\n", encoding="utf-8")
    provenance = Provenance(
        source=str(corpus),
        reader="csv",
        encoder="minilm",
        revision="abc123",
        device="CPU",
        params={"pooling": "mean", "model": str(corpus.parent)},
        notes=("2 texts were cut.",),
    )
    vectors = np.eye(6, 4, dtype=np.float32) + 1
    table = make_table([f"text {row}" for row in range(6)])
    return make_space(vectors, table, name="news", provenance=provenance)


@pytest.fixture
def umap(encoded):
    return Projection(
        encoded.id,
        "umap",
        np.zeros((6, 2), np.float32),
        params={"n_neighbors": 15, "min_dist": 0.1, "unit_length": True},
        seed=7,
        quality={
            "trustworthiness": 0.9345,
            "continuity": 0.95,
            "neighbors_kept": 0.6219,
            "k": 15,
            "sampled": 1000,
            "notes": [],
        },
        notes=("3 vectors repeat an earlier one exactly.",),
    )


def test_the_paragraph_names_data_model_map_quality_and_versions(context, encoded, umap):
    text = describe_methods(encoded, umap, context).text
    threads = processor_count()
    assert text.startswith(
        f"Data: news, 6 items × 4 dimensions (content hash {encoded.id}; read from news.csv as"
        " csv). Vectors by minilm, revision abc123 on CPU (pooling = mean, model = people)."
        " Map: UMAP of 6 items to 2 dimensions (n_neighbors = 15, min_dist = 0.1,"
        f" unit_length = yes; seed 7; {threads} thread{'s' if threads > 1 else ''}). Reference: "
    )
    assert (
        "Faithfulness of the map (1 is perfect): trustworthiness 0.934, continuity 0.950,"
        " neighbors kept 0.622; k = 15, measured on 1,000 sampled items." in text
    )
    assert "Notes: 2 texts were cut. 3 vectors repeat an earlier one exactly." in text
    assert f"Made with embexplorer {ee.__version__} (Python 3." in text
    assert f"numba {version('numba')}" in text
    assert str(encoded.provenance.source) not in text


def test_the_record_has_every_value_and_is_json(context, encoded, umap):
    record = json.loads(json.dumps(describe_methods(encoded, umap, context).record))
    assert record["data"]["id"] == encoded.id
    assert (record["data"]["n"], record["data"]["d"]) == (6, 4)
    assert record["data"]["source"] == "news.csv"
    assert record["data"]["revision"] == "abc123"
    assert record["projection"]["params"] == dict(umap.params)
    assert (record["projection"]["seed"], record["projection"]["dims"]) == (7, 2)
    assert record["projection"]["n_jobs"] == processor_count()
    assert record["quality"]["neighbors_kept"] == 0.6219
    assert (record["quality"]["k"], record["quality"]["sampled"]) == (15, 1000)
    assert record["versions"]["numpy"] == np.__version__
    assert "date" not in record


def test_a_date_is_named_only_when_asked(context, encoded, umap):
    plain = describe_methods(encoded, umap, context)
    assert plain == describe_methods(encoded, umap, context)
    dated = describe_methods(encoded, umap, context, on=datetime.date(2025, 3, 14))
    assert dated.text == f"{plain.text} Date: 2025-03-14."
    assert dated.record["date"] == "2025-03-14"


def test_coordinates_of_a_file_have_no_seed(context, encoded):
    brought = Projection(encoded.id, "file", np.zeros((6, 2), np.float32))
    text = describe_methods(encoded, brought, context).text
    assert "Map: the coordinates of 6 items in 2 dimensions come with the file." in text
    assert "seed" not in text
    assert caption_of(encoded, brought, context) == "Coordinates from the file. 6 items."


def test_clusters_are_described(context, encoded):
    labels = np.array([0, 0, 0, 1, 1, -1], np.int32)
    found = Clusters(
        encoded.id,
        "kmeans",
        labels,
        ("a", "b"),
        ((), ()),
        np.array([0, 3]),
        params={"k": 2},
        seed=1,
    )
    methods = describe_methods(encoded, None, context, clusters=found)
    assert "Clusters: 2 by kmeans on the vectors (k = 2; seed 1; 1 item in none)." in methods.text
    assert methods.record["clusters"]["noise"] == 1
    assert methods.record["projection"] is None


def test_the_caption_names_method_seed_size_and_quality(context, encoded, umap):
    assert caption_of(encoded, umap, context) == (
        "UMAP, 15 neighbors, seed 7. 6 items. Neighbors kept 0.62, trustworthiness 0.93 (k = 15)."
    )


def test_versions_are_read_without_importing_the_libraries():
    script = (
        "import sys, numpy as np, embexplorer as ee\n"
        "from embexplorer.core.projection import Projection\n"
        "from embexplorer.operations.context import Context\n"
        "from embexplorer.operations.methods_text import describe_methods\n"
        "s = ee.space(np.eye(4, dtype='f4'))\n"
        "p = Projection(s.id, 'umap', np.zeros((4, 2), 'f4'))\n"
        "print('numba' in describe_methods(s, p, Context.default()).record['versions'])\n"
        "print(sorted({'umap', 'sklearn', 'numba', 'PySide6'} & set(sys.modules)))\n"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout.split("\n")[:2] == ["True", "[]"]

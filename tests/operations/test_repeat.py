from __future__ import annotations

import json
import shlex

import numpy as np
import pytest
from PySide6.QtGui import QImage

import embexplorer as ee
from embexplorer.cli.arguments import Parser, PluginFlags
from embexplorer.cli.main import run
from embexplorer.core.contracts import Encoder, ProjectionMethod
from embexplorer.core.errors import UserError
from embexplorer.core.params import as_dict, fields_of
from embexplorer.core.projection import Projection
from embexplorer.operations.cluster import cluster
from embexplorer.operations.context import Context
from embexplorer.operations.encode import encode, encode_query
from embexplorer.operations.project import project
from embexplorer.operations.read import read_texts
from embexplorer.operations.repeat import (
    Convert,
    Draw,
    Encode,
    FindNeighbors,
    Project,
    SolveAnalogy,
    Source,
    clustered,
    projected,
    source_of,
)
from embexplorer.operations.repeat_command import as_command_line
from embexplorer.operations.repeat_python import as_python

WORDS = "king 1 1 0 0\nqueen 1 -1 0 0\nman 0 1 1 0\nwoman 0 -1 1 0\napple 0 0 0 5\n-x 3 0 1 2\n"


LOOKS = {"size": (320, 240), "theme": "dark", "panel": "map", "select": "king"}


@pytest.fixture
def context():
    return Context.default()


@pytest.fixture
def words(tmp_path, monkeypatch):
    """A file whose name wants quotes, in the working folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my 'own' words.vec").write_text(WORDS, encoding="utf-8")
    return "my 'own' words.vec"


@pytest.fixture
def opened(words):
    return Source(str(words))


def run_lines(text, capsys):
    """Run each command line and return the document of the last one."""
    for line in text.splitlines():
        program, *rest = shlex.split(line)
        assert program == "embexplorer"
        assert run(["--json", *rest]) == 0, capsys.readouterr()
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def run_script(text):
    names = {}
    exec(compile(text, "script", "exec"), names)
    return names


def test_a_projection_is_made_again_by_both(opened, context, capsys, tmp_path):
    space = ee.open(opened.path)
    made = project(space, "pca", context, params={"whiten": True}, dims=3, seed=4)
    action = projected(space, made, "out.csv")
    line = as_command_line(action, context)
    quoted = shlex.quote(str(tmp_path / opened.path))
    assert line == (
        f"embexplorer project {quoted} --method pca --whiten --dims 3 --seed 4 -o out.csv"
    )
    document = run_lines(line, capsys)
    assert document["params"] == dict(made.params)
    first = (tmp_path / "out.csv").read_bytes()
    (tmp_path / "out.csv").unlink()
    names = run_script(as_python(action, context))
    assert np.array_equal(names["projection"].coords, made.coords)
    assert (tmp_path / "out.csv").read_bytes() == first


def test_a_sample_is_drawn_again_and_chosen_items_are_refused(opened, context, capsys):
    space = ee.open(opened.path)
    made = project(space, "pca", context, seed=3, sample=4)
    action = projected(space, made)
    assert action.sample == 4
    assert "--seed 3 --sample 4" in as_command_line(action, context)
    assert run_script(as_python(action, context))["projection"].rows.tolist() == made.rows.tolist()
    by_hand = Projection(space.id, "pca", made.coords, seed=9, rows=np.array([0, 1, 2, 3]))
    with pytest.raises(UserError, match="chosen items"):
        projected(space, by_hand)
    with pytest.raises(UserError, match="not made here"):
        projected(space, Projection(space.id, "file", made.coords))


@pytest.mark.parametrize(
    ("query", "options"),
    [
        ("king", {}),
        ("king - man + woman", {"k": 3, "metric": "euclidean", "include_inputs": True}),
        ("KING", {"ignore_case": True}),
        ("-x", {"k": 2}),
        ("#2", {"metric": "dot"}),
    ],
)
def test_a_query_is_asked_again_by_both(opened, context, capsys, query, options):
    space = ee.open(opened.path)
    answer = ee.neighbors(space, query, **options)
    action = FindNeighbors(opened, query, **options)
    document = run_lines(as_command_line(action, context), capsys)
    assert [row["index"] for row in document["neighbors"]] == answer.ranked.indices.tolist()
    assert document["metric"] == answer.metric
    found = run_script(as_python(action, context))["found"]
    assert found.ranked.scores.tolist() == answer.ranked.scores.tolist()


def test_an_analogy_is_solved_again_by_both(opened, context, capsys):
    action = SolveAnalogy(opened, "man", "king", "woman", method="3cosmul", k=2)
    document = run_lines(as_command_line(action, context), capsys)
    assert document["method"] == "3cosmul"
    assert document["results"][0]["item"] == "queen"
    answer = run_script(as_python(action, context))["answer"]
    assert answer.results.indices.tolist() == [row["index"] for row in document["results"]]


def test_clusters_of_vectors_and_of_a_map_are_found_again_by_both(opened, context, capsys):
    space = ee.open(opened.path)
    mapped = project(space, "pca", context, seed=2)
    for projection in (None, mapped):
        found = cluster(
            space, "kmeans", context, projection=projection, params={"n_clusters": 3}, seed=1
        )
        action = clustered(space, found, projection)
        text = as_command_line(action, context)
        assert len(text.splitlines()) == (1 if projection is None else 2)
        assert text.splitlines()[-1].endswith(
            "--method kmeans --n-clusters 3 --seed 1 -o clusters.csv"
            if projection is None
            else "--method kmeans --n-clusters 3 --seed 1 --on coords.csv -o clusters.csv"
        )
        assert run_lines(text, capsys)["n_clusters"] == found.k
        again = run_script(as_python(action, context))["clusters"]
        assert again.labels.tolist() == found.labels.tolist()


def test_a_query_of_free_text_is_encoded_again(context, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notes.txt").write_text("red apple\ngreen pear\nblue sky\n", encoding="utf-8")
    space = encode(read_texts(tmp_path / "notes.txt", context).data, "hashing", context).space
    action = FindNeighbors(source_of(space), "a red pear", k=3, encoder="hashing")
    vector = encode_query("a red pear", space.provenance)
    answer = ee.neighbors(space, "a red pear", k=3, vector=vector).ranked.scores.tolist()
    document = run_lines(as_command_line(action, context), capsys)
    assert [row["score"] for row in document["neighbors"]] == answer
    found = run_script(as_python(action, context))["found"]
    assert found.ranked.scores.tolist() == answer


def test_what_a_corpus_was_encoded_with_comes_first(context, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notes.txt").write_text("red apple\ngreen pear\nblue sky\n", encoding="utf-8")
    corpus = read_texts(tmp_path / "notes.txt", context).data
    space = encode(corpus, "hashing", context, params={"dimensions": 64}).space
    source = source_of(space)
    assert source.encoded == Encode(
        str(tmp_path / "notes.txt"),
        "hashing",
        dict(space.provenance.params),
        output="notes-encoded",
    )
    action = FindNeighbors(source, "red apple", k=2)
    first, second = as_command_line(action, context).splitlines()
    assert first == (
        f"embexplorer encode {tmp_path}/notes.txt --encoder hashing --dimensions 64"
        " -o notes-encoded"
    )
    assert second == "embexplorer neighbors notes-encoded 'red apple' -k 2"
    answer = ee.neighbors(space, "red apple", k=2).ranked.scores.tolist()
    document = run_lines(f"{first}\n{second}", capsys)
    assert [row["score"] for row in document["neighbors"]] == answer
    names = run_script(as_python(action, context))
    assert names["found"].ranked.scores.tolist() == answer
    assert names["space"].id == space.id
    again = run_script(as_python(source.encoded, context))
    assert np.array_equal(again["space"].vectors, space.vectors)


def test_a_file_is_read_with_what_it_was_read_with(context, capsys, tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("a;1;2\nb;3;5\nc;0;9\n", encoding="utf-8")
    space = ee.open(path, header="no", delimiter="semicolon")
    source = source_of(space)
    action = Convert(source, str(tmp_path / "o.npz"))
    line = as_command_line(action, context)
    assert (
        "--header no --delimiter semicolon" in line or "--delimiter semicolon --header no" in line
    )
    run_lines(line, capsys)
    assert ee.open(tmp_path / "o.npz").id == space.id
    run_script(as_python(Convert(source, str(tmp_path / "p.npz")), context))
    assert ee.open(tmp_path / "p.npz").vectors.tolist() == space.vectors.tolist()


def test_a_space_in_memory_has_no_command(context):
    with pytest.raises(UserError, match="no file"):
        source_of(ee.space(np.eye(3)))


def test_a_drawing_has_its_looks(opened, context, qapp, tmp_path):
    action = Draw(opened, str(tmp_path / "f.png"), "pca", {}, 2, LOOKS)
    line = as_command_line(action, context)
    assert line.endswith(
        f"--method pca --seed 2 --size 320x240 --theme dark --panel map --select king"
        f" -o {tmp_path}/f.png"
    )
    run_script(as_python(action, context))
    drawn = QImage(str(tmp_path / "f.png"))
    assert drawn.width() < 640
    assert drawn.pixelColor(drawn.width() - 1, 0).name() == "#111317"  # the dark map


KINDS = {
    ProjectionMethod: lambda plugin, params: Project(Source("s.vec"), plugin.id, params),
    Encoder: lambda plugin, params: Encode("c.txt", plugin.id, params),
}
PLUGINS = [(kind, plugin) for kind in KINDS for plugin in Context.default().registry.all(kind)]


@pytest.mark.parametrize(
    ("kind", "plugin"), PLUGINS, ids=[f"{kind.kind}-{plugin.id}" for kind, plugin in PLUGINS]
)
def test_every_parameter_of_every_plugin_reaches_its_flag(kind, plugin, context):
    """Each parameter gets another value than its default, and the verb's own parser reads it."""
    params = {
        field.name: other_value(field)
        for field in fields_of(plugin.params)
        if field.name not in ("batch_size", "download", "model")
    }
    line = as_command_line(KINDS[kind](plugin, params), context)
    words = shlex.split(line)[2:]
    parser = Parser("embexplorer x", "")
    for flag in ("--method", "--encoder", "--device", "--dims"):
        parser.add_argument(flag)
    parser.add_argument("-o", "--output")
    parser.add_argument("source")
    flags = PluginFlags(parser, context.registry.plugins[kind.kind].values(), "it")
    assert flags.values_for(plugin.id, parser.parse(words)) == params
    plain = shlex.split(as_command_line(KINDS[kind](plugin, as_dict(plugin.params())), context))
    assert {word.partition("=")[0] for word in plain if word.startswith("--")} <= {
        "--method",
        "--encoder",
    }


def other_value(field):
    """Return a value that a parameter may take and that is not its default."""
    if field.choices:
        return next(choice for choice in field.choices if choice != field.default)
    if field.type is bool:
        return not field.default
    if field.type is str:
        return "-other one"
    low = field.doc.min if field.doc.min is not None else 1
    candidates = (low, low + 1, 7, 3)
    return next(field.type(value) for value in candidates if field.type(value) != field.default)


def test_a_supervised_map_is_repeated_with_its_column(context, opened):
    action = Project(opened, labels_from="topic")
    assert "--labels-from topic" in as_command_line(action, context)
    assert "labels_from='topic'" in as_python(action, context)

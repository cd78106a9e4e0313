"""What every registered format keeps to, ours or another package's."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from embexplorer.core.contracts import Format, Reading
from embexplorer.core.errors import CancelledError, UserError
from embexplorer.core.params import as_dict, build, fields_of
from embexplorer.core.progress import Progress
from embexplorer.core.space import ITEM, make_space, make_table
from embexplorer.plugins import Registry

FORMATS = Registry.discover().all(Format)
HEAVY = ("torch", "transformers", "sklearn", "scipy", "gensim", "numba", "umap", "pandas")

each_format = pytest.mark.parametrize("plugin", FORMATS, ids=lambda plugin: plugin.id)
each_writable = pytest.mark.parametrize(
    "plugin", [plugin for plugin in FORMATS if plugin.write], ids=lambda plugin: plugin.id
)


@pytest.fixture
def space():
    vectors = np.random.default_rng(11).normal(0, 0.3, (30, 8)).astype(np.float32)
    return make_space(vectors, make_table([f"w{at}" for at in range(30)]))


@each_format
def test_it_is_documented_and_its_parameters_are_valid(plugin):
    assert plugin.title
    assert plugin.summary.endswith(".")
    assert plugin.source.startswith("https://")
    assert plugin.version >= 1
    assert all(end.startswith(".") and end == end.lower() for end in plugin.extensions)
    for field in fields_of(plugin.params):
        assert field.doc.label
        assert field.doc.help.endswith(".")
    assert build(plugin.params, as_dict(plugin.params())) == plugin.params()


@each_format
def test_it_never_claims_what_is_nothing(plugin, tmp_path):
    empty = tmp_path / f"e{(plugin.extensions or ('',))[0]}"
    empty.write_bytes(b"")
    assert plugin.sniff(empty, b"") == 0.0
    noise = tmp_path / "noise.xyz"
    noise.write_bytes(bytes(range(256)) * 9)
    assert plugin.sniff(noise, noise.read_bytes()) == 0.0


@each_writable
def test_the_surest_format_of_what_it_wrote_is_itself(plugin, space, tmp_path):
    for extension in plugin.extensions:
        path = tmp_path / f"a{extension}"
        plugin.write(space, None, path)
        head = path.read_bytes()[: 1 << 16]
        scores = {other.id: other.sniff(path, head) for other in FORMATS}
        assert max(scores, key=scores.get) == plugin.id
        assert sorted(scores.values())[-2] < scores[plugin.id]


@each_writable
def test_what_it_writes_it_reads(plugin, space, tmp_path):
    path = tmp_path / f"a{plugin.extensions[0]}"
    plugin.write(space, None, path)
    for limit, n in ((None, 30), (7, 7), (99, 30)):
        scratch = tmp_path / f"scratch-{limit}"
        scratch.mkdir()
        parsed = plugin.read(Reading(path, plugin.params(), scratch, limit=limit))
        assert parsed.table.column_names[0] == ITEM
        assert parsed.table.column(ITEM).to_pylist() == space.items[:n]
        assert parsed.vectors.dtype == np.float32
        assert parsed.vectors.tobytes() == space.vectors[:n].tobytes()


@each_writable
def test_cancelling_stops_it(plugin, space, tmp_path):
    path = tmp_path / f"a{plugin.extensions[0]}"
    plugin.write(space, None, path)
    progress = Progress()
    progress.cancel()
    (tmp_path / "scratch").mkdir()
    with pytest.raises(CancelledError):
        plugin.read(Reading(path, plugin.params(), tmp_path / "scratch", progress))


@each_format
def test_noise_is_refused_with_the_file_and_the_next_step(plugin, tmp_path):
    path = tmp_path / f"noise{(plugin.extensions or ('',))[0]}"
    if plugin.extensions:
        path.write_bytes(np.random.default_rng(0).bytes(5000))
    else:
        path.mkdir()
    (tmp_path / "scratch").mkdir()
    with pytest.raises(UserError) as caught:
        plugin.read(Reading(path, plugin.params(), tmp_path / "scratch"))
    assert len(caught.value.title.split()) <= 6
    assert path.name in caught.value.detail
    assert caught.value.hint


def test_importing_formats_loads_no_heavy_library():
    code = (
        "import sys; from embexplorer.plugins import Registry; Registry.discover();"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"

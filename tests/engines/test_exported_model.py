from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from importlib.util import find_spec

import numpy as np
import pytest

from embexplorer.core.errors import UserError
from embexplorer.core.params import fields_of
from embexplorer.encoders.sentence_transformers import Params, load
from embexplorer.engines import exported_model
from embexplorer.engines.encoder_params import TextEncoderParams, revision_of
from embexplorer.engines.exported_model import KEPT_DAYS, MODULES, check_backend
from embexplorer.operations.context import Context
from embexplorer.operations.encode import encode, texts_of
from embexplorer.storage.paths import cache_folder
from tests.tiny_model import write_model, write_plain_model

TEXTS = [
    "the cat",
    "the dog sat",
    "a",
    "king man woman queen ran",
    "x y x y x y x " * 9,
    "cats",
    "",
]
BACKENDS = [
    pytest.param(
        name,
        marks=pytest.mark.skipif(
            any(find_spec(module) is None for module in MODULES[name]),
            reason=f"the extra {name} is not installed",
        ),
    )
    for name in ("onnx", "openvino")
]
each_backend = pytest.mark.parametrize("backend", BACKENDS)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_model(tmp_path_factory.mktemp("models") / "tiny", max_tokens=8)


def vectors_of(folder, **values):
    exports = values.pop("exports", None)
    return load(Params(model=str(folder), **values), "cpu", exports).encode(TEXTS, 3)


@each_backend
@pytest.mark.parametrize(
    "values",
    [{}, {"normalize": False}, {"prompt": "the "}, {"dimensions": 5}, {"too_long": "split"}],
    ids=str,
)
def test_vectors_are_those_of_pytorch(folder, tmp_path, backend, values):
    found = vectors_of(folder, backend=backend, exports=tmp_path, **values)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, vectors_of(folder, **values), atol=1e-5)


@each_backend
def test_the_export_is_kept_outside_the_model_and_made_once(folder, tmp_path, backend, monkeypatch):
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    vectors_of(folder, backend=backend, exports=tmp_path)
    (kept,) = tmp_path.iterdir()
    assert [path.name for path in kept.iterdir()] == ["model.onnx"]

    def fail(*arguments):
        raise AssertionError("exported again")

    monkeypatch.setattr(exported_model, "_export", fail)
    vectors_of(folder, backend=backend, exports=tmp_path)
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


@each_backend
def test_without_a_folder_nothing_is_kept(folder, tmp_path, backend, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    vectors_of(folder, backend=backend)
    assert list(tmp_path.iterdir()) == []


@each_backend
def test_exports_that_were_not_used_for_long_are_removed(folder, tmp_path, backend):
    for name, days in (("old", KEPT_DAYS + 1), ("new", KEPT_DAYS - 1)):
        (tmp_path / name).mkdir()
        past = time.time() - 86400 * days
        os.utime(tmp_path / name, (past, past))
    vectors_of(folder, backend=backend, exports=tmp_path)
    names = {path.name for path in tmp_path.iterdir()}
    assert len(names) == 2
    assert "new" in names


@each_backend
def test_a_model_of_another_kind_is_exported_too(tmp_path, backend):
    from transformers import RobertaConfig, RobertaModel

    folder = write_plain_model(tmp_path / "roberta")
    config = RobertaConfig(
        vocab_size=18,
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=24,
        pad_token_id=0,
    )
    RobertaModel(config).save_pretrained(folder)
    found = vectors_of(folder, backend=backend)
    np.testing.assert_allclose(found, vectors_of(folder), atol=1e-5)


@each_backend
def test_an_export_that_computes_something_else_is_refused(folder, tmp_path, backend, monkeypatch):
    plain = exported_model._reference
    monkeypatch.setattr(
        exported_model, "_reference", lambda path: lambda features: 1.01 * plain(path)(features)
    )
    with pytest.raises(UserError, match=r"its vectors differ by 1\.0%") as caught:
        vectors_of(folder, backend=backend, exports=tmp_path)
    assert caught.value.title == "The model cannot be exported"
    assert list(tmp_path.iterdir()) == []


@each_backend
def test_an_encoding_says_what_computed_it_and_how_near_that_is(folder, tmp_path, backend):
    context = Context.default(tmp_path / "cache")
    made = encode(texts_of(TEXTS), str(folder), context, params={"backend": backend}).space
    library = {"onnx": "ONNX Runtime", "openvino": "OpenVINO"}[backend]
    assert made.provenance.device.startswith("CPU, ")
    assert made.provenance.device.endswith(f", {library}")
    assert made.provenance.notes[0].endswith(f", by {library}.")
    near = f"{library} vectors: mean cosine to float32 "
    assert made.provenance.notes[-1].startswith(near)
    assert float(made.provenance.notes[-1].removeprefix(near)[:7]) >= 0.99999
    assert len(list((cache_folder() / "models").iterdir())) == 1


@each_backend
def test_it_asks_no_network_and_writes_nothing(folder, tmp_path, backend, monkeypatch, capfd):
    def refuse(*args, **kwargs):
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    vectors_of(folder, backend=backend, exports=tmp_path)
    assert capfd.readouterr() == ("", "")


@pytest.mark.skipif(find_spec("openvino") is None, reason="the extra openvino is not installed")
def test_openvino_computes_in_bfloat16_only_when_asked(folder, tmp_path):
    exact = vectors_of(folder)
    plain = vectors_of(folder, backend="openvino", exports=tmp_path)
    half = vectors_of(folder, backend="openvino", precision="bfloat16", exports=tmp_path)
    assert abs(plain - exact).max() < 1e-5
    assert (half * exact).sum(axis=1).min() > 0.999


@pytest.mark.parametrize("backend", ["onnx", "openvino"])
def test_a_library_that_is_missing_is_named_with_its_extra(folder, backend, monkeypatch):
    monkeypatch.setitem(MODULES, backend, ("no_such_module",))
    with pytest.raises(UserError) as caught:
        vectors_of(folder, backend=backend)
    assert caught.value.detail == "The module no_such_module is missing."
    assert caught.value.hint == f'Run: pip install "embexplorer[{backend}]"'


def test_what_a_backend_cannot_do_is_refused(monkeypatch):
    for backend in ("onnx", "openvino"):
        monkeypatch.setitem(MODULES, backend, ("json",))
    with pytest.raises(UserError, match="The device cuda was asked for"):
        check_backend("openvino", "float32", "cuda")
    with pytest.raises(UserError, match="ONNX Runtime computes in float32"):
        check_backend("onnx", "bfloat16", "cpu")
    check_backend("openvino", "bfloat16", "auto")
    check_backend("torch", "bfloat16", "cuda")


def test_the_form_says_which_choice_is_not_installed():
    field = next(field for field in fields_of(TextEncoderParams) if field.name == "backend")
    for name, (extra, module) in field.doc.needs.items():
        is_said = f'{name} needs: pip install "embexplorer[{extra}]".' in field.help
        assert is_said is (find_spec(module) is None)


def test_backend_and_precision_are_part_of_the_revision_and_defaults_are_not(folder):
    base = revision_of(folder, TextEncoderParams())
    assert revision_of(folder, TextEncoderParams(backend="torch", precision="float32")) == base
    others = [{"backend": "onnx"}, {"backend": "openvino"}, {"precision": "bfloat16"}]
    assert (
        len({revision_of(folder, TextEncoderParams(**values)) for values in others} | {base}) == 4
    )


def test_checking_a_backend_imports_none():
    code = (
        "import sys\n"
        "from embexplorer.engines.exported_model import check_backend\n"
        "check_backend('torch', 'float32', 'auto')\n"
        "print([name for name in ('torch', 'onnx', 'onnxruntime') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("backend", BACKENDS[1:])
def test_openvino_runs_without_its_telemetry(folder, backend):
    vectors_of(folder, backend=backend)
    assert sys.modules["openvino_telemetry"] is None
    assert [name for name in sys.modules if name.startswith("openvino_telemetry.")] == []

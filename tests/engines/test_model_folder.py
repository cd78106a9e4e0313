from __future__ import annotations

import json
import socket
import subprocess
import sys

import pytest

from embexplorer.core.errors import UserError
from embexplorer.engines.model_folder import (
    check_model_folder,
    find_model,
    model_digest,
    weights_size,
)


def write_folder(folder, modules=None, weights="model.safetensors"):
    folder.mkdir(parents=True)
    (folder / "config.json").write_text("{}")
    (folder / weights).write_bytes(b"weights")
    if modules is not None:
        (folder / "modules.json").write_text(json.dumps(modules))
    return folder


def module(kind="sentence_transformers.models.Pooling", path="1_Pooling"):
    return {"idx": 1, "name": "1", "path": path, "type": kind}


def refusal(folder):
    with pytest.raises(UserError) as caught:
        check_model_folder(folder)
    return caught.value


def test_a_folder_is_found_and_its_path_is_absolute(tmp_path, monkeypatch):
    write_folder(tmp_path / "mine")
    monkeypatch.chdir(tmp_path)
    assert find_model("mine", download=False) == tmp_path / "mine"


def test_a_folder_without_a_model_is_refused(tmp_path):
    error = refusal(tmp_path)
    assert error.title == "Not an encoder folder"
    assert str(tmp_path) in error.detail
    assert "modules.json" in error.detail


@pytest.mark.parametrize("path", ["./gone", "/gone/model", "~/gone", "a/b/c", "C:\\gone"])
def test_a_path_that_does_not_exist_is_never_taken_for_a_hub_id(path):
    with pytest.raises(UserError) as caught:
        find_model(path, download=True)
    assert caught.value.title == "The model folder is missing"


def test_a_file_is_no_model_folder(tmp_path):
    file = tmp_path / "model.safetensors"
    file.write_bytes(b"")
    with pytest.raises(UserError, match="is a file, not a folder"):
        find_model(str(file), download=False)


def test_no_name_is_refused():
    with pytest.raises(UserError, match="No model chosen"):
        find_model("  ", download=False)


def test_a_module_with_code_of_its_own_is_refused_by_name(tmp_path):
    folder = write_folder(tmp_path / "own", [module("modeling_mine.MyPooling")])
    error = refusal(folder)
    assert error.title == "The model runs its own code"
    assert "modeling_mine.MyPooling" in error.detail


@pytest.mark.parametrize("path", ["../elsewhere", "/etc", "..\\elsewhere"])
def test_a_module_outside_the_folder_is_refused(tmp_path, path):
    folder = write_folder(tmp_path / "out", [module(path=path)])
    assert "leads out of the folder" in refusal(folder).detail


@pytest.mark.parametrize("content", ["not json", "{}", '[{"idx": 0}]', "[3]"])
def test_a_modules_file_that_cannot_be_read_is_named(tmp_path, content):
    folder = write_folder(tmp_path / "bad")
    (folder / "modules.json").write_text(content)
    assert "modules.json" in refusal(folder).detail


def test_weights_that_are_only_pickled_are_refused(tmp_path):
    error = refusal(write_folder(tmp_path / "old", weights="pytorch_model.bin"))
    assert error.title == "The weights are pickled"
    assert "pytorch_model.bin" in error.detail


def test_pickled_weights_of_a_module_are_refused(tmp_path):
    folder = write_folder(tmp_path / "mixed", [module(path="2_Dense")])
    (folder / "2_Dense").mkdir()
    (folder / "2_Dense" / "pytorch_model.bin").write_bytes(b"")
    assert "2_Dense" in refusal(folder).detail


def test_pickles_beside_safe_weights_are_no_reason_to_refuse(tmp_path):
    folder = write_folder(tmp_path / "both")
    (folder / "pytorch_model.bin").write_bytes(b"")
    check_model_folder(folder)


def test_another_type_of_model_is_refused(tmp_path):
    folder = write_folder(tmp_path / "sparse")
    (folder / "config_sentence_transformers.json").write_text('{"model_type": "SparseEncoder"}')
    assert "SparseEncoder" in refusal(folder).detail


def test_an_adapter_is_refused(tmp_path):
    folder = write_folder(tmp_path / "adapter")
    (folder / "adapter_config.json").write_text("{}")
    assert refusal(folder).title == "The model is an adapter"


def test_a_hub_id_without_download_is_not_installed(monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    with pytest.raises(UserError) as caught:
        find_model("all-nothing-v0", download=False)
    assert caught.value.title == "The encoder is not installed"
    assert caught.value.detail == "“all-nothing-v0” is not on this computer."
    assert "allow the download" in caught.value.hint


def test_a_download_without_a_network_says_so():
    with socket.socket() as closed:  # a port nobody listens on
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    found = run_download({"HF_ENDPOINT": f"http://127.0.0.1:{port}", "HF_HUB_OFFLINE": "0"})
    assert found.startswith("The model cannot be downloaded|“nobody/nothing”: ")
    assert found.endswith("choose a folder that has the model.")


def test_a_hub_that_never_answers_is_given_up():
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
        found = run_download({"HF_ENDPOINT": endpoint, "HF_HUB_OFFLINE": "0"}, seconds=0.2)
    assert found.startswith("The model cannot be downloaded|“nobody/nothing”: ")
    assert "timed out" in found


def test_a_download_in_offline_mode_says_so():
    found = run_download({"HF_HUB_OFFLINE": "1"})
    assert found.startswith("The model cannot be downloaded|")
    assert "offline mode" in found


def run_download(environment, seconds=5.0):
    """Ask for a model in a fresh process: the library reads its environment when imported."""
    code = (
        "import os\n"
        f"os.environ.update({environment!r}, NO_PROXY='127.0.0.1')\n"
        "from embexplorer.engines import model_folder\n"
        f"model_folder.HUB_SECONDS = {seconds}\n"
        "from embexplorer.core.errors import UserError\n"
        "try:\n"
        "    model_folder.find_model('nobody/nothing', download=True)\n"
        "except UserError as error:\n"
        "    print(error.title, error.detail, error.hint, sep='|')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stderr == ""
    return done.stdout.strip()


def test_a_model_in_the_hub_cache_is_found_without_download(tmp_path, monkeypatch):
    import huggingface_hub

    snapshot = tmp_path / "models--me--mine" / "snapshots" / ("0" * 40)
    write_folder(snapshot)
    refs = tmp_path / "models--me--mine" / "refs"
    refs.mkdir()
    (refs / "main").write_text("0" * 40)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path))
    assert find_model("me/mine", download=False) == snapshot


def test_the_digest_changes_with_weights_and_settings_but_not_with_the_place(tmp_path):
    first, second = write_folder(tmp_path / "one"), write_folder(tmp_path / "two")
    digest = model_digest(first)
    assert digest == model_digest(second)
    (second / "README.md").write_text("about")
    assert digest == model_digest(second)
    (second / "model.safetensors").write_bytes(b"otherwise")
    changed = model_digest(second)
    assert changed != digest
    (second / "config.json").write_text('{"a": 1}')
    assert model_digest(second) not in (digest, changed)


def test_the_digest_covers_the_modules(tmp_path):
    folder = write_folder(tmp_path / "deep", [module()])
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling" / "config.json").write_text('{"mean": true}')
    digest = model_digest(folder)
    (folder / "1_Pooling" / "config.json").write_text('{"mean": false, "cls": true}')
    assert model_digest(folder) != digest


def test_the_size_of_the_weights_is_that_of_their_files(tmp_path):
    (tmp_path / "part").mkdir()
    (tmp_path / "modules.json").write_text(
        '[{"idx": 0, "name": "0", "path": "part", "type": "sentence_transformers.models.Dense"}]'
    )
    (tmp_path / "model.safetensors").write_bytes(bytes(700))
    (tmp_path / "part" / "model.safetensors").write_bytes(bytes(30))
    (tmp_path / "vocab.txt").write_bytes(bytes(1000))
    assert weights_size(tmp_path) == 730

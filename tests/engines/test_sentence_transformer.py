from __future__ import annotations

import json
import os
import socket

import numpy as np
import pytest

from embexplorer.core.errors import UserError
from embexplorer.engines import sentence_transformer, torch_device
from embexplorer.engines.encoder_params import TextEncoderParams, revision_of
from embexplorer.engines.sentence_transformer import SentenceEncoder, load_model
from tests.tiny_model import write_model, write_plain_model

TEXTS = ["the cat", "the dog sat", "a", "king man woman queen ran", "x y x y x y x", "cats"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_model(tmp_path_factory.mktemp("models") / "tiny", max_tokens=8)


@pytest.fixture(scope="module")
def library(folder):
    """The library itself, as the oracle."""
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(folder), device="cpu", local_files_only=True)


def load(folder, **values):
    return load_model(folder, TextEncoderParams(**values), "cpu")


@pytest.mark.parametrize("batch_size", [1, 4, 64])
def test_vectors_are_those_of_the_library_in_the_order_of_the_texts(folder, library, batch_size):
    found = load(folder).encode(TEXTS, batch_size)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, library.encode(TEXTS), atol=1e-6)


def test_passes_of_few_tokens_give_the_same_vectors(folder, library, monkeypatch):
    monkeypatch.setitem(sentence_transformer.TOKENS_AT_ONCE, "cpu", 9)
    np.testing.assert_allclose(load(folder).encode(TEXTS, 64), library.encode(TEXTS), atol=1e-6)


def test_longer_texts_are_cut_and_counted(folder):
    encoder = load(folder)
    assert encoder.max_tokens == 8  # of which [CLS] and [SEP] take two
    fits, long = "x y x y x y", "x y x y x y x"
    assert encoder.count_cut([fits, long, "x " * 90, "", "cats cats cats"]) == 2
    vectors = encoder.encode([fits, long], 2)
    np.testing.assert_allclose(vectors[0], vectors[1], atol=1e-6)


def test_split_takes_the_mean_of_the_parts_weighted_by_tokens(folder):
    long = "cat dog king queen man woman sat ran"  # eight tokens, six fit
    parts = load(folder).encode(["cat dog king queen man woman", "sat ran"], 2)
    mean = (6 * parts[0] + 2 * parts[1]) / 8
    encoder = load(folder, too_long="split")
    found = encoder.encode(["a", long, "x"], 2)
    np.testing.assert_allclose(found[1], mean / np.linalg.norm(mean), atol=1e-6)
    np.testing.assert_allclose(found[[0, 2]], load(folder).encode(["a", "x"], 2), atol=1e-6)
    assert encoder.count_cut(["a", long]) == 1


def test_unit_length_can_be_left_out_and_asked_for(folder, tmp_path):
    raw = load(folder, normalize=False).encode(TEXTS, 4)
    lengths = np.linalg.norm(raw, axis=1)
    assert abs(lengths - 1).min() > 0.1
    np.testing.assert_allclose(raw / lengths[:, None], load(folder).encode(TEXTS, 4), atol=1e-6)
    plain = write_plain_model(tmp_path / "plain")
    unit = load(plain, normalize=True).encode(TEXTS, 4)
    np.testing.assert_allclose(np.linalg.norm(unit, axis=1), 1, atol=1e-6)


def test_a_prompt_stands_before_each_text_and_is_noted(folder, library):
    encoder = load(folder, prompt="the ")
    np.testing.assert_allclose(encoder.encode(["cat"], 1), library.encode(["the cat"]), atol=1e-6)
    assert encoder.notes[-1] == "The prompt “the ” stands before each text."
    assert encoder.count_cut(["x y x y x"]) == 0
    assert encoder.count_cut(["x y x y x y"]) == 1


def test_the_models_own_prompt_is_used_unless_another_is_asked_for(tmp_path):
    folder = write_model(
        tmp_path / "prompted", prompts={"document": "a "}, default_prompt_name="document"
    )
    plain = load(folder, prompt="").encode(["a cat", "cat"], 2)
    np.testing.assert_allclose(load(folder).encode(["cat"], 1)[0], plain[0], atol=1e-6)
    assert "“a ”" in load(folder).notes[-1]
    assert abs(plain[0] - plain[1]).max() > 0.01


def test_fewer_dimensions_are_the_first_ones_at_unit_length(folder):
    whole = load(folder).encode(TEXTS, 4)[:, :5]
    found = load(folder, dimensions=5).encode(TEXTS, 4)
    np.testing.assert_allclose(
        found, whole / np.linalg.norm(whole, axis=1, keepdims=True), atol=1e-6
    )


def test_more_dimensions_than_there_are_is_refused(folder):
    with pytest.raises(UserError, match="The model gives 16 dimensions; 17 were asked for"):
        load(folder, dimensions=17)


def test_more_tokens_can_be_read_up_to_the_models_positions(folder):
    encoder = load(folder, max_tokens=24)
    assert encoder.max_tokens == 24
    assert encoder.count_cut(["x " * 22, "x " * 23]) == 1
    assert encoder.encode(["x " * 50], 1).shape == (1, 16)
    with pytest.raises(UserError, match="The model reads 24 tokens; 25 were asked for"):
        load(folder, max_tokens=25)


def test_positions_after_a_padding_index_are_fewer(tmp_path):
    from transformers import RobertaConfig, RobertaModel

    folder = write_plain_model(tmp_path / "roberta")
    config = RobertaConfig(
        vocab_size=18,
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=24,
        pad_token_id=1,
    )
    RobertaModel(config).save_pretrained(folder)
    encoder = load(folder)
    assert encoder.max_tokens == 22
    assert np.isfinite(encoder.encode(["x " * 90], 1)).all()


def test_a_plain_model_is_pooled_by_the_mean_and_that_is_said(tmp_path):
    from sentence_transformers import SentenceTransformer

    folder = write_plain_model(tmp_path / "plain")
    encoder = load(folder)
    library = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    np.testing.assert_allclose(encoder.encode(TEXTS, 4), library.encode(TEXTS), atol=1e-6)
    assert "the mean of their vectors is used" in encoder.notes[1]


def test_libraries_and_versions_are_noted(folder):
    import sentence_transformers
    import torch

    versions = f"sentence-transformers {sentence_transformers.__version__}", torch.__version__
    assert all(version in load(folder).notes[0] for version in versions)


def test_loading_asks_no_network_and_writes_nothing(folder, monkeypatch, capfd, recwarn):
    def refuse(*args, **kwargs):
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    load(folder).encode(TEXTS, 4)
    assert capfd.readouterr() == ("", "")
    assert len(recwarn) == 0
    assert os.environ["HF_HUB_DISABLE_TELEMETRY"] == "1"
    assert os.environ["TOKENIZERS_PARALLELISM"] == "false"


def test_a_slow_precision_is_noted(monkeypatch):
    import torch

    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx512_bf16": False})
    (note,) = torch_device.describe_bfloat16("cpu")
    assert note == "This CPU has no instructions for bfloat16: float32 is likely faster."
    for name in ("avx512_bf16", "amx_bf16", "bf16"):
        monkeypatch.setattr(torch.cpu, "get_capabilities", lambda name=name: {name: True})
        assert torch_device.describe_bfloat16("cpu") == ()


def test_a_gpu_is_taken_and_named_when_there_is_one(monkeypatch):
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda: "NVIDIA H100")
    assert torch_device.choose_device("auto") == ("cuda", "CUDA: NVIDIA H100")
    assert torch_device.choose_device("cpu")[0] == "cpu"
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    assert torch_device.choose_device("auto") == ("mps", "MPS: Apple GPU")


@pytest.mark.skipif("not __import__('torch').cuda.is_available()", reason="there is no CUDA device")
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_a_gpu_gives_the_vectors_of_the_cpu(folder, precision):
    encoder = load_model(folder, TextEncoderParams(precision=precision), "cuda")
    assert encoder.device.startswith(("CUDA: ", "ROCm: "))
    cosines = (encoder.encode(TEXTS, 64) * load(folder).encode(TEXTS, 64)).sum(axis=1)
    assert cosines.min() >= (0.99999 if precision == "float32" else 0.999)


def test_the_device_is_named():
    import torch

    threads = torch.get_num_threads()
    name, label = torch_device.choose_device("cpu")
    assert (name, label) == ("cpu", f"CPU, {threads} thread{'s' if threads > 1 else ''}")


def test_a_device_that_is_not_here_is_refused():
    import torch

    if torch.cuda.is_available():
        pytest.skip("this computer has a CUDA device")
    with pytest.raises(UserError) as caught:
        torch_device.choose_device("cuda")
    assert caught.value.title == "No CUDA device here"
    assert caught.value.hint == "Choose auto or cpu."


def test_an_unknown_device_is_refused():
    with pytest.raises(UserError, match="“tpu” is no device"):
        torch_device.choose_device("tpu")


class FullDevice(SentenceEncoder):
    """A real encoder on a device with room for two texts at once."""

    def _forward(self, features):
        import torch

        if len(features["input_ids"]) > 2:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB")
        return super()._forward(features)


def test_a_full_device_is_a_memory_error(folder):
    loaded = load(folder)
    encoder = FullDevice(loaded._model, TextEncoderParams(), "r", "CPU", folder)
    with pytest.raises(MemoryError, match="Tried to allocate 2 GiB"):
        encoder.encode(TEXTS, 4)
    np.testing.assert_allclose(encoder.encode(TEXTS, 2), loaded.encode(TEXTS, 2), atol=1e-6)


@pytest.mark.parametrize(
    ("message", "is_memory"),
    [
        ("MPS backend out of memory (MPS allocated: 9 GB)", True),
        ("[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: can't allocate memory", True),
        ("mat1 and mat2 shapes cannot be multiplied", False),
    ],
)
def test_only_want_of_memory_is_taken_for_it(message, is_memory):
    assert torch_device.is_out_of_memory(RuntimeError(message)) is is_memory


def test_a_damaged_model_is_named(folder, tmp_path):
    broken = write_model(tmp_path / "broken")
    (broken / "model.safetensors").write_bytes(b"no tensors here")
    with pytest.raises(UserError) as caught:
        load(broken)
    assert caught.value.title == "The encoder does not load"
    assert str(broken) in caught.value.detail


def test_code_named_by_a_config_is_never_run(tmp_path):
    folder = write_plain_model(tmp_path / "coded")
    witness = tmp_path / "ran"
    (folder / "modeling.py").write_text(f"open({str(witness)!r}, 'w')\n")
    config = json.loads((folder / "config.json").read_text())
    config |= {
        "model_type": "unheard-of",
        "auto_map": {"AutoConfig": "modeling.C", "AutoModel": "modeling.M"},
    }
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(UserError) as caught:
        load(folder)
    assert caught.value.title == "The model runs its own code"
    assert not witness.exists()


def test_the_revision_depends_on_what_changes_vectors_only(folder):
    base = revision_of(folder, TextEncoderParams())
    assert load(folder).revision == base
    assert revision_of(folder, TextEncoderParams(batch_size=3)) == base
    changed = [
        {"too_long": "split"},
        {"normalize": False},
        {"prompt": ""},
        {"dimensions": 4},
        {"max_tokens": 12},
    ]
    revisions = {revision_of(folder, TextEncoderParams(**values)) for values in changed}
    assert len(revisions | {base}) == 6


def test_the_revision_changes_with_the_weights(tmp_path):
    first = write_model(tmp_path / "first", seed=1)
    second = write_model(tmp_path / "second", seed=2)
    again = write_model(tmp_path / "again", seed=1)
    of = {
        name: revision_of(tmp_path / name, TextEncoderParams())
        for name in ("first", "second", "again")
    }
    assert of["first"] == of["again"] != of["second"]
    assert first != second != again

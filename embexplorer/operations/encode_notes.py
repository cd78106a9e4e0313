"""What a person must know about encoded texts: which were cut, empty, or repeat each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from embexplorer.core.space import zero_rows
from embexplorer.operations.encode_loop import DONE_TOO_LONG

if TYPE_CHECKING:
    from embexplorer.core.contracts import LoadedEncoder
    from embexplorer.core.space import Vectors
    from embexplorer.operations.corpus import Corpus
    from embexplorer.operations.encoder_pool import ChosenEncoder
    from embexplorer.storage.part_store import PartStore


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
    if n := int(corpus.times[part.marks == DONE_TOO_LONG].sum()):
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
    return notes


def _texts(n: int) -> str:
    return f"{n:,} text{'' if n == 1 else 's'}"

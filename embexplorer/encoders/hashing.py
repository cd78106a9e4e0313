"""Vectors from character n-grams: no model, no training, the same on every computer."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated

import numpy as np

from embexplorer.core.contracts import Encoder, as_float32
from embexplorer.core.errors import UserError
from embexplorer.core.params import Doc

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from embexplorer.core.space import Vectors

VERSION = 1  # changes when the same text would get another vector
FACTOR = np.uint64(0x100000001B3)  # of the polynomial over code points: the FNV-1a prime
# Steele, Lea, Flood (2014), "Fast splittable pseudorandom number generators": splitmix64's mixer.
MIX = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))
TEXTS_AT_ONCE = 4096


@dataclass(frozen=True)
class Params:
    """Parameters of the hashing encoder."""

    dimensions: Annotated[
        int, Doc("Dimensions", "More keep different n-grams apart.", min=16, max=65536)
    ] = 256
    shortest: Annotated[
        int, Doc("Shortest n-gram", "Characters, word ends included.", min=1, max=8, advanced=True)
    ] = 3
    longest: Annotated[
        int, Doc("Longest n-gram", "Characters, word ends included.", min=1, max=8, advanced=True)
    ] = 5
    ignore_case: Annotated[
        bool, Doc("Ignore case", "Treat capitals as small letters.", advanced=True)
    ] = True


class HashingEncoder:
    """Character n-grams of the words, hashed with a sign into d dimensions.

    A word is padded by one space on each side, so that its ends count. An n-gram that occurs t
    times weighs 1 + ln t; vectors have the length 1. A text without a word has the zero vector.

    References
    ----------
    Weinberger, Dasgupta, Langford, Smola, Attenberg (2009), "Feature hashing for large scale
    multitask learning", section 2.
    """

    device = "CPU"
    max_tokens: int | None = None
    notes: tuple[str, ...] = ()

    def __init__(self, params: Params) -> None:
        if params.shortest > params.longest:
            raise UserError(
                "No n-gram length is left",
                f"The shortest has {params.shortest} characters, the longest {params.longest}.",
                "Choose a shortest that is not above the longest.",
            )
        self.revision = fingerprint(params)
        self._params = params

    def encode(self, texts: Sequence[str], batch_size: int = TEXTS_AT_ONCE) -> Vectors:
        """Return (m, d) vectors of the texts."""
        starts = range(0, len(texts), batch_size)
        return np.concatenate([self._encode(texts[at : at + batch_size]) for at in starts])

    def count_cut(self, texts: Sequence[str]) -> int:
        """Return 0: every text is read whole."""
        return 0

    def _encode(self, texts: Sequence[str]) -> Vectors:
        d = self._params.dimensions
        owners, hashes = self._ngrams(texts)
        order = np.lexsort((hashes, owners))
        owners, hashes = owners[order], hashes[order]
        is_first = np.ones(len(hashes), bool)
        is_first[1:] = (hashes[1:] != hashes[:-1]) | (owners[1:] != owners[:-1])
        first = np.flatnonzero(is_first)
        times = np.diff(np.append(first, len(hashes)))
        owners, hashes = owners[first], hashes[first]
        signs = np.where(hashes >> np.uint64(63), -1.0, 1.0)
        cells = owners * d + (hashes % np.uint64(d)).astype(np.int64)
        sums = np.bincount(cells, signs * (1 + np.log(times)), minlength=len(texts) * d)
        vectors = sums.astype(np.float64).reshape(len(texts), d)  # integers where it is empty
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        scaled = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
        return as_float32(scaled)

    def _ngrams(self, texts: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
        """Return for each n-gram of the texts the row of its text, and its hash."""
        words = [self._words(text) for text in texts]
        flat = [word for row in words for word in row]
        sizes = np.array([len(word) for word in flat], np.int64)
        owner_of_word = np.repeat(np.arange(len(texts)), [len(row) for row in words])
        encoded = "".join(flat).encode("utf-32-le", "surrogatepass")
        codes = np.frombuffer(encoded, np.uint32).astype(np.uint64)
        left = np.repeat(np.cumsum(sizes), sizes) - np.arange(len(codes))  # to the word's end
        owners = np.repeat(owner_of_word, sizes)
        found: list[tuple[NDArray[np.int64], NDArray[np.uint64]]] = []
        rolling = np.zeros(len(codes), np.uint64)
        for n in range(1, self._params.longest + 1):
            rolling = rolling[: max(0, len(codes) - n + 1)] * FACTOR + codes[n - 1 :]
            if n >= self._params.shortest:
                fits = left[: len(rolling)] >= n
                found.append((owners[: len(rolling)][fits], _mixed(rolling[fits], n)))
        return np.concatenate([o for o, _ in found]), np.concatenate([h for _, h in found])

    def _words(self, text: str) -> list[str]:
        """Return the padded words; one that is too short for an n-gram gets more spaces."""
        folded = text.casefold() if self._params.ignore_case else text
        return [f" {word} ".ljust(self._params.shortest) for word in folded.split()]


def _mixed(rolling: NDArray[np.uint64], n: int) -> NDArray[np.uint64]:
    """Return hashes whose bits all depend on all characters and on the length n."""
    mixed = rolling + np.uint64(n)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * MIX[0]
    mixed = (mixed ^ (mixed >> np.uint64(27))) * MIX[1]
    return mixed ^ (mixed >> np.uint64(31))


def load(params: Params, device: str) -> HashingEncoder:
    """Make the encoder; it computes on the CPU whatever the device."""
    return HashingEncoder(params)


def fingerprint(params: Params) -> str:
    """Return a hash of the method's version and its parameters."""
    text = json.dumps(["hashing", VERSION, asdict(params)], sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


plugin = Encoder(
    id="hashing",
    title="Character n-grams",
    summary="Near by spelling, not by meaning; needs no model, for any language, very fast.",
    params=Params,
    source="Weinberger et al. (2009), Feature hashing, https://arxiv.org/abs/0902.2206",
    load=load,
    fingerprint=fingerprint,
)

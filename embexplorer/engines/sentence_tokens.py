"""Texts as a sentence-transformers model reads them, and one pass of it over some of them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import torch
    from numpy.typing import NDArray

    from embexplorer.core.space import Vectors

    Features = dict[str, Any]

KEY_BYTES = 16  # of the hash that tells texts apart
CHARACTERS_PER_TOKEN = 4  # a guess, for models that do not say how many tokens a text has


class SentenceTokens:
    """Texts that were tokenized together; see `embexplorer.core.contracts.Tokens`.

    The model's own features of all pieces are kept, padded on the CPU, and a pass gets its rows of
    them, no wider than its longest piece. Features that cannot be taken apart that way (flattened
    ones, those of a static embedding) are made again from the texts of each pass.

    Parameters
    ----------
    pieces
        The texts, or their parts where they are split.
    owner
        (p,) row of the text of each piece, ascending.
    find_too_long
        Returns which texts are longer than the model reads (m,), from the lengths of the pieces
        where those are known.
    features
        Makes the model's features of some pieces.
    forward
        Returns the vectors of features.
    weights
        Returns how much each of some pieces counts in the vector of its text.
    has_unit_length
        Whether vectors have the length 1.
    """

    def __init__(
        self,
        pieces: Sequence[str],
        owner: NDArray[np.int64],
        *,
        find_too_long: Callable[[NDArray[np.int64] | None], NDArray[np.bool_]],
        features: Callable[[list[str]], Features],
        forward: Callable[[Features], torch.Tensor],
        weights: Callable[[Sequence[str]], Sequence[int]],
        has_unit_length: bool,
    ) -> None:
        self.owner = owner
        self._pieces = pieces
        self._make_features = features
        self._forward = forward
        self._weights = weights
        self._has_unit_length = has_unit_length
        made = features(list(pieces))
        self._tensors = _aligned_tensors(made)
        self._others = {name: made[name] for name in made.keys() - self._tensors.keys()}
        if self._tensors:
            # NumPy, not PyTorch: this may be a thread of its own, and a second team of OpenMP
            # threads would take the model's off their cores (10 % of the speed on two).
            mask = self._tensors["attention_mask"].numpy()
            self.lengths: NDArray[np.int64] = mask.sum(axis=1, dtype=np.int64)
            self._is_left_padded = not bool(mask[:, 0].all())
        else:
            guesses = [len(piece) // CHARACTERS_PER_TOKEN + 1 for piece in pieces]
            self.lengths = np.array(guesses, np.int64)
        self.is_too_long = find_too_long(self.lengths if self._tensors else None)
        self.keys = self._make_keys()

    def encode(self, pieces: NDArray[np.int64]) -> Vectors:
        """Return the vectors (k, d) of some pieces, in one pass."""
        if self._tensors:
            columns = self._columns(int(self.lengths[pieces].max()))
            part = {name: value[pieces][:, columns] for name, value in self._tensors.items()}
            found = self._forward({**self._others, **part})
        else:
            found = self._forward(self._make_features([self._pieces[piece] for piece in pieces]))
        vectors: Vectors = found.numpy()
        return vectors

    def pool(self, vectors: Vectors, pieces: NDArray[np.int64]) -> Vectors:
        """Return for each text the mean of its pieces' vectors, weighted by their tokens."""
        _, text, count = np.unique(self.owner[pieces], return_inverse=True, return_counts=True)
        if len(count) == len(pieces):
            return vectors
        in_parts = count[text] > 1  # a text of one piece keeps its vector to the last bit
        weights = np.ones(len(pieces))
        counted = self._weights([self._pieces[piece] for piece in pieces[in_parts]])
        weights[in_parts] = np.maximum(1, counted)
        sums = np.zeros((len(count), vectors.shape[1]))
        np.add.at(sums, text, vectors * weights[:, None])
        means = sums / np.bincount(text, weights)[:, None]
        if self._has_unit_length:
            means /= np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-12)
        pooled = means.astype(np.float32)
        pooled[text[~in_parts]] = vectors[~in_parts]
        return pooled

    def _columns(self, width: int) -> slice:
        whole = self._tensors["attention_mask"].shape[1]
        return slice(whole - width, whole) if self._is_left_padded else slice(0, width)

    def _make_keys(self) -> list[bytes]:
        """Return the hash of each text's tokens, or of its characters where tokens are unknown."""
        parts: list[list[bytes]] = [[] for _ in self.is_too_long]
        ids = self._tensors["input_ids"].numpy().astype(np.int32) if self._tensors else None
        for piece, owner in enumerate(self.owner):
            if ids is None:
                content = self._pieces[piece].encode("utf-8", "surrogatepass")
            else:
                content = ids[piece, self._columns(int(self.lengths[piece]))].tobytes()
            parts[owner].append(hashlib.blake2b(content, digest_size=KEY_BYTES).digest())
        return [
            keys[0]
            if len(keys) == 1
            else hashlib.blake2b(b"".join(keys), digest_size=KEY_BYTES).digest()
            for keys in parts
        ]


def _aligned_tensors(features: Features) -> dict[str, torch.Tensor]:
    """Return the tensors of features that have one row a text and one column a token, or none."""
    tensors = {name: value for name, value in features.items() if hasattr(value, "shape")}
    mask = tensors.get("attention_mask")
    is_apart = (
        mask is not None
        and "input_ids" in tensors
        and mask.ndim == 2
        and mask.shape[1] > 0
        and all(value.shape == mask.shape for value in tensors.values())
        and (mask[:, 0].numpy().all() or mask[:, -1].numpy().all())  # padded on one side
    )
    return tensors if is_apart else {}

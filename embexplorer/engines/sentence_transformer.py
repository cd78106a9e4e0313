"""How a sentence-transformers model is loaded and encodes: device, batches, long texts."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np

from embexplorer.core.errors import UserError
from embexplorer.core.params import Doc
from embexplorer.engines.long_text import split_text
from embexplorer.engines.model_folder import is_plain_transformer, model_digest
from embexplorer.engines.model_loading import (
    open_model,
    prompt_of,
    set_max_tokens,
    set_unit_length,
    silence_libraries,
)
from embexplorer.engines.torch_device import choose_device, free_device_memory, is_out_of_memory

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import torch
    from sentence_transformers import SentenceTransformer

    from embexplorer.core.space import Vectors

# Tokens, with padding, in one pass on the CPU: fewer starve the matrix products, more fall out of
# the cache. MiniLM, 256 sentences of 3 to 60 words, seconds of one core at 128, 256, 512, 1024,
# 2048, 4096 tokens: 2.95, 2.62, 2.47, 2.50, 2.72, 3.18.
CPU_TOKENS = 1024
LOOP_FIELDS = ("batch_size", "model", "download")  # parameters that change no vector


@dataclass(frozen=True)
class TextEncoderParams:
    """Parameters that every sentence-transformers model has."""

    batch_size: Annotated[
        int, Doc("Batch size", "Texts encoded at once; fewer need less memory.", min=1, max=4096)
    ] = 64
    too_long: Annotated[
        Literal["cut", "split"],
        Doc(
            "Too long",
            "What is done with a text longer than the model reads: cut keeps its start, split "
            "encodes it in parts and takes their mean, weighted by tokens.",
        ),
    ] = "cut"
    normalize: Annotated[
        bool | None,
        Doc(
            "Unit length",
            "Whether vectors get the length 1; unset, as the model does.",
            advanced=True,
        ),
    ] = None
    prompt: Annotated[
        str | None,
        Doc("Prompt", "Text put before each item; unset, as the model does.", advanced=True),
    ] = None
    dimensions: Annotated[
        int | None,
        Doc(
            "Dimensions",
            "Keep only the first dimensions, for models trained for that (Matryoshka).",
            min=1,
            advanced=True,
        ),
    ] = None
    max_tokens: Annotated[
        int | None,
        Doc(
            "Longest text", "Tokens read of a text; unset, as the model does.", min=8, advanced=True
        ),
    ] = None


def revision_of(folder: Path, params: TextEncoderParams) -> str:
    """Return a hash of the model's files and of the parameters that change its vectors."""
    settings = {name: value for name, value in vars(params).items() if name not in LOOP_FIELDS}
    text = json.dumps([model_digest(folder), settings], sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def load_model(folder: Path, params: TextEncoderParams, device: str) -> SentenceEncoder:
    """Load the model of a checked folder; never the network, never code from the folder.

    Raises
    ------
    UserError
        When the device is not here, or the folder does not load with these parameters.
    """
    silence_libraries()
    name, label = choose_device(device)
    # Threads of the tokenizer only help where the model does not need the same cores.
    os.environ["TOKENIZERS_PARALLELISM"] = "false" if name == "cpu" else "true"
    model = open_model(folder, name)
    if not model.supports("text"):
        raise UserError("The model does not read text", f"{folder}", "Choose a text encoder.")
    return SentenceEncoder(model, params, revision_of(folder, params), label, folder)


class SentenceEncoder:
    """A loaded sentence-transformers model; see `embexplorer.core.contracts.LoadedEncoder`.

    Parameters
    ----------
    model
        The model, on its device.
    params
        How it encodes.
    revision
        Hash of weights and settings.
    device
        The device as a person reads it.
    folder
        Where the model was loaded from.
    """

    def __init__(
        self,
        model: SentenceTransformer,
        params: TextEncoderParams,
        revision: str,
        device: str,
        folder: Path,
    ) -> None:
        self.revision = revision
        self.device = device
        self._model = model.eval()
        self._params = params
        self._has_unit_length = set_unit_length(model, params.normalize)
        self._prompt = prompt_of(model, params.prompt)
        self.max_tokens = set_max_tokens(model, params.max_tokens)
        self._added_tokens = 0
        if self.max_tokens is not None:
            self._added_tokens = len(self._token_ids([self._prompt], special=True)[0])
            if self._added_tokens >= self.max_tokens:
                raise UserError(
                    "No room for the text",
                    f"The prompt fills {self._added_tokens} of {self.max_tokens} tokens.",
                    "Choose a shorter prompt, or more tokens.",
                )
        self._check_dimensions(params.dimensions)
        self.notes = self._describe(folder)

    def encode(self, texts: Sequence[str], batch_size: int) -> Vectors:
        """Return (m, d) vectors of the texts.

        Raises
        ------
        MemoryError
            When the device has no room for a batch of this size.
        """
        try:
            if self._params.too_long == "split" and self.max_tokens is not None:
                return self._encode_parts(texts, batch_size)
            return self._encode_batches(texts, batch_size)
        except RuntimeError as error:
            if not is_out_of_memory(error):
                raise
            reason = str(error)
        # Outside the handler, so that the tensors its traceback holds are free again.
        free_device_memory()
        raise MemoryError(reason)

    def count_cut(self, texts: Sequence[str]) -> int:
        """Return how many of the texts are longer than `max_tokens`."""
        if self.max_tokens is None:
            return 0
        # An ASCII character is at most one token, and a leading one may be added.
        room = self.max_tokens - self._added_tokens - 1
        maybe = [text for text in texts if not (text.isascii() and len(text) <= room)]
        ids = self._token_ids([self._prompt + text for text in maybe], special=True)
        return sum(len(tokens) > self.max_tokens for tokens in ids)

    def _encode_parts(self, texts: Sequence[str], batch_size: int) -> Vectors:
        """Return for each text the mean of its parts' vectors, weighted by their tokens."""
        assert self.max_tokens is not None
        room = self.max_tokens - self._added_tokens
        parts = [split_text(text, self._count_tokens, room) for text in texts]
        flat = [part for pieces in parts for part in pieces]
        vectors = self._encode_batches(flat, batch_size)
        if len(flat) == len(texts):
            return vectors
        owner = np.repeat(np.arange(len(texts)), [len(pieces) for pieces in parts])
        weights = np.maximum(1.0, self._count_tokens(flat))
        sums = np.zeros((len(texts), vectors.shape[1]))
        np.add.at(sums, owner, vectors * weights[:, None])
        means = sums / np.bincount(owner, weights)[:, None]
        if self._has_unit_length:
            means /= np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-12)
        return means.astype(np.float32)

    def _encode_batches(self, texts: Sequence[str], batch_size: int) -> Vectors:
        import torch

        blocks = []
        with torch.inference_mode():
            for start in range(0, len(texts), batch_size):
                batch = list(texts[start : start + batch_size])
                features = self._model.preprocess(self._inputs(batch), prompt=self._prompt or None)
                vectors: torch.Tensor | None = None
                for rows, part in self._passes(features, len(batch)):
                    found = self._forward(part)
                    if vectors is None:
                        vectors = torch.empty(len(batch), found.shape[1])
                    vectors[rows] = found
                assert vectors is not None
                blocks.append(vectors.numpy())
        return np.concatenate(blocks)

    def _inputs(self, texts: list[str]) -> list[Any]:
        """Return the texts as the model takes them; one that also reads images would open URLs."""
        return texts if self._model.modalities == ["text"] else [{"text": text} for text in texts]

    def _passes(
        self, features: dict[str, Any], n: int
    ) -> Iterator[tuple[torch.Tensor | slice, dict[str, Any]]]:
        """Yield the rows and features of each forward pass; on the CPU of about equal work."""
        tensors = {name: value for name, value in features.items() if hasattr(value, "shape")}
        mask = tensors.get("attention_mask")
        if (
            self._model.device.type != "cpu"
            or mask is None
            or mask.shape[1] == 0
            or any(value.shape != mask.shape for value in tensors.values())
            or not mask[:, 0].all()  # padded on the left
        ):
            yield slice(0, n), features
            return
        lengths = mask.sum(dim=1)
        order = lengths.argsort(descending=True)
        start = 0
        while start < n:
            width = int(lengths[order[start]])
            rows = order[start : start + max(1, CPU_TOKENS // width)]
            part = {name: value[rows, :width] for name, value in tensors.items()}
            yield rows, {**features, **part}
            start += len(rows)

    def _forward(self, features: dict[str, Any]) -> torch.Tensor:
        """Return the vectors of one pass as float32 on the CPU."""
        import torch

        device = self._model.device
        moved = {
            name: value.to(device) if isinstance(value, torch.Tensor) else value
            for name, value in features.items()
        }
        vectors: torch.Tensor = self._model(moved)["sentence_embedding"]
        vectors = vectors[:, : self._params.dimensions].float()
        if self._has_unit_length:
            vectors = torch.nn.functional.normalize(vectors, dim=1)
        return vectors.cpu()

    def _count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(tokens) for tokens in self._token_ids(texts, special=False)]

    def _token_ids(self, texts: Sequence[str], *, special: bool) -> list[list[int]]:
        if not texts:
            return []
        found = self._model.tokenizer(
            list(texts),
            add_special_tokens=special,
            truncation=False,
            padding=False,
            return_attention_mask=False,
            verbose=False,
        )
        ids: list[list[int]] = found["input_ids"]
        return ids

    def _check_dimensions(self, dimensions: int | None) -> None:
        d = self._model.get_embedding_dimension()
        if dimensions is not None and d is not None and dimensions > d:
            raise UserError(
                "More dimensions than there are",
                f"The model gives {d:,} dimensions; {dimensions:,} were asked for.",
                f"Choose {d:,} or fewer.",
            )

    def _describe(self, folder: Path) -> tuple[str, ...]:
        import sentence_transformers
        import torch

        library, torch_version = sentence_transformers.__version__, torch.__version__
        notes = [f"Encoded with sentence-transformers {library} and PyTorch {torch_version}."]
        if is_plain_transformer(folder):
            notes.append(
                "The model does not say how to pool tokens: the mean of their vectors is used."
            )
        if self._prompt:
            notes.append(f"The prompt “{self._prompt}” stands before each text.")
        return tuple(notes)

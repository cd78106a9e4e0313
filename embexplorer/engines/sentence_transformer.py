"""How a sentence-transformers model is loaded and encodes: device, backend, long texts."""

from __future__ import annotations

import dataclasses
import math
import os
from typing import TYPE_CHECKING, Any

import numpy as np

from embexplorer.core.errors import UserError
from embexplorer.core.memory import check_memory
from embexplorer.engines.encoder_params import TextEncoderParams, revision_of
from embexplorer.engines.exported_model import (
    TORCH,
    check_backend,
    export_model,
    library_of,
    open_session,
)
from embexplorer.engines.model_folder import is_plain_transformer, weights_size
from embexplorer.engines.model_loading import (
    open_model,
    set_max_tokens,
    set_unit_length,
    silence_libraries,
)
from embexplorer.engines.sentence_reader import SentenceReader
from embexplorer.engines.sentence_tokens import SentenceTokens
from embexplorer.engines.torch_device import (
    choose_device,
    describe_bfloat16,
    free_device_memory,
    is_out_of_memory,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import torch
    from numpy.typing import NDArray
    from sentence_transformers import SentenceTransformer

    from embexplorer.core.space import Vectors

    Features = dict[str, Any]
    Session = Callable[[Features], torch.Tensor]

# Tokens, with padding, in one pass. On the CPU fewer starve the matrix products, more fall out of
# the cache: MiniLM, 400 docstrings, seconds of two cores at 512, 1024, 2048, 4096 tokens: PyTorch
# 3.6, 3.2, 3.2, 3.5; ONNX Runtime 2.8, 3.1, 3.2, 3.7; OpenVINO 2.7, 2.8, 2.9, 3.3. A GPU needs
# enough to fill its cores; MiniLM's activations of so many take about half a gigabyte.
TOKENS_AT_ONCE = {"cpu": 1024, "cuda": 16384, "mps": 8192}
MOST_TEXTS = 1024  # in one pass
WEIGHTS_IN_MEMORY = 2  # copies of the weights while they are loaded: the file's and the model's


def load_model(
    folder: Path, params: TextEncoderParams, device: str, exports: Path | None = None
) -> SentenceEncoder:
    """Load the model of a checked folder; never the network, never code from the folder.

    Parameters
    ----------
    exports
        Where a model exported for another backend is kept; it is made each time if left out.

    Raises
    ------
    UserError
        When the device or the backend is not here, or the folder does not load with these
        parameters.
    """
    check_backend(params.backend, params.precision, device)
    silence_libraries()
    name, label = choose_device(device if params.backend == TORCH else "cpu")
    check_memory(
        WEIGHTS_IN_MEMORY * weights_size(folder),
        f"Loading {folder.name}",
        "Close other programs, or choose a smaller model.",
    )
    # Threads of the tokenizer only help where the model does not need the same cores.
    os.environ["TOKENIZERS_PARALLELISM"] = "false" if name == "cpu" else "true"
    model = open_model(folder, name, params.precision if params.backend == TORCH else "float32")
    if not model.supports("text"):
        raise UserError("The model does not read text", f"{folder}", "Choose a text encoder.")
    session = None
    if params.backend != TORCH:
        set_max_tokens(model, params.max_tokens)  # the texts that it is tried with must fit
        with export_model(model, folder, exports) as exported:
            session = open_session(exported, params.backend, params.precision)
        model[0].to("meta")  # the session has the weights; these would take their room once more
        label = f"{label}, {library_of(params.backend)}"
    return SentenceEncoder(model, params, revision_of(folder, params), label, folder, session)


class SentenceEncoder:
    """A loaded sentence-transformers model; see `embexplorer.core.contracts.TokenEncoder`.

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
    session
        Computes the token vectors in place of the model's first module.
    """

    def __init__(
        self,
        model: SentenceTransformer,
        params: TextEncoderParams,
        revision: str,
        device: str,
        folder: Path,
        session: Session | None = None,
    ) -> None:
        self.revision = revision
        self.device = device
        self._device = "cpu" if session else model.device.type
        self.tokens_at_once = TOKENS_AT_ONCE.get(self._device, TOKENS_AT_ONCE["cpu"])
        self._model = model.eval()
        self._params = params
        self._folder = folder
        self._session = session
        self._has_unit_length = set_unit_length(model, params.normalize)
        self._reader = SentenceReader(model, params)
        self.max_tokens = self._reader.max_tokens
        self._check_dimensions(params.dimensions)
        self.notes = self._describe()

    def encode(self, texts: Sequence[str], batch_size: int) -> Vectors:
        """Return (m, d) vectors of the texts.

        Raises
        ------
        MemoryError
            When the device has no room for a batch of this size.
        """
        tokens = self.tokenize(texts)
        order = np.argsort(-tokens.lengths, kind="stable")
        blocks: list[Vectors] = []
        start = 0
        while start < len(order):
            most = self.tokens_at_once // max(1, int(tokens.lengths[order[start]]))
            pieces = order[start : start + max(1, min(most, batch_size))]
            blocks.append(tokens.encode(pieces))
            start += len(pieces)
        vectors = np.empty((len(order), blocks[0].shape[1]), np.float32)
        vectors[order] = np.concatenate(blocks)
        return tokens.pool(vectors, np.arange(len(order)))

    def tokenize(self, texts: Sequence[str]) -> SentenceTokens:
        """Read some texts; long ones are cut or split, as the parameters say."""
        parts = self._reader.parts_of(texts)
        counts = np.array([len(pieces) for pieces in parts], np.int64)

        def find_too_long(lengths: NDArray[np.int64] | None) -> NDArray[np.bool_]:
            is_split = counts > 1
            return is_split if is_split.any() else self._reader.find_too_long(texts, lengths)

        return SentenceTokens(
            [piece for pieces in parts for piece in pieces],
            np.repeat(np.arange(len(texts)), counts),
            find_too_long=find_too_long,
            features=self._reader.features_of,
            forward=self._forward_checked,
            weights=self._reader.count_tokens,
            has_unit_length=self._has_unit_length,
        )

    def count_cut(self, texts: Sequence[str]) -> int:
        """Return how many of the texts are longer than `max_tokens`."""
        return int(self._reader.find_too_long(texts).sum())

    def notes_on(self, sample: Sequence[str]) -> tuple[str, ...]:
        """Return how near the vectors are to those of PyTorch in float32."""
        if self._session is None and self._params.precision == "float32":
            return ()
        exact = dataclasses.replace(self._params, backend="torch", precision="float32")
        reference = load_model(self._folder, exact, self._device)
        pairs = [np.float64(one.encode(sample, MOST_TEXTS)) for one in (self, reference)]
        found, expected = (
            vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
            for vectors in pairs
        )
        cosines = (found * expected).sum(axis=1)
        return (
            f"{self._way} vectors: mean cosine to float32 {_rounded_down(cosines.mean())}, "
            f"lowest {_rounded_down(cosines.min())} ({len(sample):,} texts).",
        )

    @property
    def _way(self) -> str:
        """What computes, where it is not PyTorch in float32."""
        backend, precision = self._params.backend, self._params.precision
        library = "" if backend == TORCH else library_of(backend)
        return " in ".join(filter(None, (library, precision if precision != "float32" else "")))

    def _forward_checked(self, features: Features) -> torch.Tensor:
        """Return the vectors of one pass; want of memory is a MemoryError."""
        import torch

        try:
            with torch.inference_mode():
                return self._forward(features)
        except RuntimeError as error:
            if not is_out_of_memory(error):
                raise
            reason = str(error)
        # Outside the handler, so that the tensors its traceback holds are free again.
        free_device_memory()
        raise MemoryError(reason)

    def _forward(self, features: Features) -> torch.Tensor:
        """Return the vectors of one pass as float32 on the CPU."""
        import torch

        if self._session is None:
            vectors: torch.Tensor = self._model(self._on_device(features))["sentence_embedding"]
        else:
            features = {**features, "token_embeddings": self._session(features)}
            for module in list(self._model)[1:]:
                features = module(features)
            vectors = features["sentence_embedding"]
        vectors = vectors[:, : self._params.dimensions].float()
        if self._has_unit_length:
            vectors = torch.nn.functional.normalize(vectors, dim=1)
        return vectors.cpu()

    def _on_device(self, features: Features) -> Features:
        import torch

        def moved(value: torch.Tensor) -> torch.Tensor:
            if self._device == "cuda":  # from pinned memory the copy does not wait for the GPU
                value = value.pin_memory()
            return value.to(self._device, non_blocking=self._device == "cuda")

        return {
            name: moved(value) if isinstance(value, torch.Tensor) else value
            for name, value in features.items()
        }

    def _check_dimensions(self, dimensions: int | None) -> None:
        d = self._model.get_embedding_dimension()
        if dimensions is not None and d is not None and dimensions > d:
            raise UserError(
                "More dimensions than there are",
                f"The model gives {d:,} dimensions; {dimensions:,} were asked for.",
                f"Choose {d:,} or fewer.",
            )

    def _describe(self) -> tuple[str, ...]:
        import sentence_transformers
        import torch

        library, torch_version = sentence_transformers.__version__, torch.__version__
        way = f", by {self._way}" if self._session else f", in {self._way}" if self._way else ""
        notes = [f"Encoded with sentence-transformers {library} and PyTorch {torch_version}{way}."]
        if self._params.precision == "bfloat16":
            notes.extend(describe_bfloat16(self._device))
        if is_plain_transformer(self._folder):
            notes.append(
                "The model does not say how to pool tokens: the mean of their vectors is used."
            )
        if prompt := self._reader.prompt:
            notes.append(f"The prompt “{prompt}” stands before each text.")
        return tuple(notes)


def _rounded_down(cosine: float) -> str:
    """Return a cosine that is never said to be nearer to 1 than it is."""
    return f"{math.floor(min(1.0, cosine) * 1e5) / 1e5:.5f}"

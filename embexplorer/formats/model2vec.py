"""Static models of model2vec: a vector for each token of a vocabulary, in a folder."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np

from embexplorer.core.contracts import Format, Parsed, Reading
from embexplorer.core.errors import UserError
from embexplorer.core.params import Doc
from embexplorer.engines.json_file import read_json
from embexplorer.engines.named_rows import copy_rows, items_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

WEIGHTS, TOKENIZER, CONFIG, MODULES = (
    "model.safetensors",
    "tokenizer.json",
    "config.json",
    "modules.json",
)
# The matrix as model2vec calls it, and as the StaticEmbedding of sentence-transformers does.
MATRICES = ("embeddings", "embedding.weight")
MAPPING, TOKEN_WEIGHTS = "mapping", "weights"
HEADER_LIMIT = 1 << 20  # bytes of a header that is looked into to recognize the folder


@dataclass(frozen=True)
class Params:
    """How a static model is read."""

    weighted: Annotated[
        bool, Doc("Token weights", "Scale vectors by the weights of their tokens, as the model.")
    ] = True


def sniff(path: Path, head: bytes) -> float:
    """Return 1 for a folder with one vector a token, 0.9 for that of any other encoder."""
    if not path.is_dir():
        return 0.0
    if (path / TOKENIZER).is_file() and _names(path / WEIGHTS) & {*MATRICES}:
        return 1.0
    return 0.9 if _is_encoder(path) else 0.0


def _names(path: Path) -> set[str]:
    """Return the names of the tensors in a file; none where it does not read."""
    if not path.is_file():
        return set()
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        header = file.read(length) if length <= HEADER_LIMIT else b""
    try:
        found = json.loads(header)
    except (ValueError, RecursionError):
        return set()
    return set(found) if isinstance(found, dict) else set()


def _is_encoder(path: Path) -> bool:
    if (path / MODULES).is_file():
        return True
    try:
        config = read_json(path / CONFIG, dict)
    except UserError:
        return False
    return "architectures" in config or "model_type" in config


def read(reading: Reading) -> Parsed:
    """Read the vectors of the tokens, in the order of their numbers.

    Raises
    ------
    UserError
        When the folder holds another encoder, is damaged, or tokens and vectors differ in number.
    """
    from safetensors import SafetensorError

    path = reading.path
    if not (path / WEIGHTS).is_file() or not (path / TOKENIZER).is_file():
        raise _no_static_model(path)
    try:
        return _read(reading)
    except (SafetensorError, OSError) as error:
        raise UserError(
            "The model is damaged",
            f"{path / WEIGHTS}: {error}. Nothing was loaded.",
            "Get the whole folder again.",
        ) from error


def _read(reading: Reading) -> Parsed:
    from safetensors import safe_open

    path = reading.path
    file = f"{path.name}/{WEIGHTS}"
    with safe_open(path / WEIGHTS, framework="numpy") as tensors:
        names = set(tensors.keys())
        matrix = next((name for name in MATRICES if name in names), None)
        if matrix is None:
            raise _no_static_model(path)
        stored = tensors.get_slice(matrix)
        _check_matrix(stored, file)
        rows, d = stored.get_shape()
        mapping = _vector_of(tensors, MAPPING, names, file)
        weights = _vector_of(tensors, TOKEN_WEIGHTS, names, file)
        known = rows if mapping is None else len(mapping)
        if mapping is not None and (mapping.min() < 0 or mapping.max() >= rows):
            raise _differ(file, f"its mapping names other rows than the {rows:,} there are")
        if weights is not None and len(weights) != known:
            raise _differ(file, f"it has {len(weights):,} weights for {known:,} tokens")
        tokens = _tokens(path / TOKENIZER)
        if max(tokens) >= known:
            raise _differ(file, f"{TOKENIZER} has {max(tokens) + 1:,} tokens, it {known:,} vectors")
        ids = np.array(sorted(tokens), np.int64)[: reading.limit]
        place = ids if mapping is None else mapping[ids].astype(np.int64)
        scale = weights[ids].astype(np.float32) if weights is not None else None
        # Rows are mostly in order, and then only those of a block are read.
        whole = stored[:] if mapping is not None else None

        def rows_between(start: int, end: int) -> NDArray[Any]:
            at = place[start:end]
            low, high = int(at.min()), int(at.max()) + 1
            block = whole[at] if whole is not None else stored[low:high][at - low]
            if scale is None or not reading.params.weighted:
                return np.asarray(block)
            return np.asarray(block, np.float32) * scale[start:end, None]

        table = items_table([tokens[number] for number in ids.tolist()], f"{path.name}/{TOKENIZER}")
        vectors = copy_rows(reading, file, len(ids), d, rows_between)
    notes = _notes(
        unnamed=known - len(tokens),
        shared=0 if mapping is None else len(tokens) - len(np.unique(mapping[sorted(tokens)])),
        is_scaled=scale is not None and reading.params.weighted,
        has_weights=weights is not None,
    )
    return Parsed(table, vectors, notes=tuple(notes))


def _check_matrix(stored: Any, file: str) -> None:
    shape, kind = stored.get_shape(), stored.get_dtype()
    if len(shape) != 2 or 0 in shape:
        sizes = " × ".join(map(str, shape)) or "a single number"
        raise UserError(
            "No vectors in this model", f"{file}: its matrix has the shape {sizes}.", "Check it."
        )
    if kind not in ("F64", "F32", "F16", "I8", "U8", "I16", "I32"):
        raise UserError(
            "Numbers of an unknown type",
            f"{file} holds numbers of the type {kind}.",
            "Save the model again as float32, with its quantize_to.",
        )


def _vector_of(tensors: Any, name: str, names: set[str], file: str) -> NDArray[Any] | None:
    if name not in names:
        return None
    values: NDArray[Any] = np.asarray(tensors.get_tensor(name))
    wanted = "iu" if name == MAPPING else "fiu"
    if values.ndim != 1 or not len(values) or values.dtype.kind not in wanted:
        raise _differ(file, f"“{name}” is of the type {values.dtype} and shape {values.shape}")
    return values


def _tokens(path: Path) -> dict[int, str]:
    """Return the tokens of a tokenizer by their numbers."""
    told = read_json(path, dict)
    model = told.get("model")
    vocabulary = model.get("vocab") if isinstance(model, dict) else None
    added = told.get("added_tokens") or []
    try:
        tokens = dict(_vocabulary(vocabulary))
        tokens.update((int(one["id"]), str(one["content"])) for one in added)
    except (TypeError, ValueError, KeyError, AttributeError, IndexError) as error:
        raise _no_vocabulary(path, repr(error)) from error
    if not tokens or min(tokens) < 0:
        raise _no_vocabulary(path, "none has a number from 0 on")
    return tokens


def _vocabulary(vocabulary: Mapping[str, int] | list[Any] | None) -> Iterator[tuple[int, str]]:
    """Return tokens with their numbers: by token, or as (token, score) in their order."""
    if isinstance(vocabulary, list):
        yield from ((number, str(entry[0])) for number, entry in enumerate(vocabulary))
    elif vocabulary is not None:
        yield from ((int(number), token) for token, number in vocabulary.items())


def _notes(*, unnamed: int, shared: int, is_scaled: bool, has_weights: bool) -> Iterator[str]:
    if unnamed > 0:
        yield f"{unnamed:,} vectors belong to no token and were left out."
    if shared > 0:
        yield f"{shared:,} tokens share the vector of another token, as the model has it."
    if is_scaled:
        yield "Each vector is multiplied by the weight of its token, as the model does."
    elif has_weights:
        yield "The weights that the model gives its tokens are not applied."


def _no_vocabulary(path: Path, reason: str) -> UserError:
    return UserError(
        "No vocabulary in this tokenizer",
        f"{path} does not list its tokens: {reason}.",
        "Save the tokenizer again.",
    )


def _differ(file: str, reason: str) -> UserError:
    return UserError(
        "Tokens and vectors do not fit", f"{file}: {reason}.", "Get the whole folder again."
    )


def _no_static_model(path: Path) -> UserError:
    if _is_encoder(path):
        return UserError(
            "An encoder, not vectors",
            f"{path.name} holds a model that encodes texts; it has no vector for each token.",
            f"Open a corpus and encode it with this folder: --encoder {path}",
        )
    return UserError(
        "No model in this folder",
        f"{path.name} lacks {WEIGHTS} or {TOKENIZER}.",
        "Choose a folder that model2vec saved.",
    )


plugin = Format(
    id="model2vec",
    title="model2vec folder",
    summary="A static model: the vectors of its tokens, in the order of the vocabulary.",
    params=Params,
    source="https://github.com/MinishLab/model2vec",
    modules=("safetensors",),
    sniff=sniff,
    read=read,
)

"""The parameters that every sentence-transformers model has, and the revision they make."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from embexplorer.core.params import Doc
from embexplorer.engines.model_folder import model_digest

if TYPE_CHECKING:
    from pathlib import Path

LOOP_FIELDS = ("batch_size", "model", "download")  # parameters that change no vector
# Left out of the revision where they are as they always were, so that it stays what it was for
# the spaces and projects made before there was a choice.
LATER_FIELDS = {"backend": "torch", "precision": "float32"}


@dataclass(frozen=True)
class TextEncoderParams:
    """Parameters that every sentence-transformers model has."""

    batch_size: Annotated[
        int | None,
        Doc(
            "Batch size",
            "Texts encoded at once, at most; unset, as many as the device works fastest with.",
            min=1,
            max=4096,
        ),
    ] = None
    too_long: Annotated[
        Literal["cut", "split"],
        Doc(
            "Too long",
            "What is done with a text longer than the model reads: cut keeps its start, split "
            "encodes it in parts and takes their mean, weighted by tokens.",
        ),
    ] = "cut"
    backend: Annotated[
        Literal["torch", "onnx", "openvino"],
        Doc(
            "Computed by",
            "PyTorch, or on the CPU ONNX Runtime or OpenVINO, which are faster there.",
            needs={"onnx": ("onnx", "onnxruntime"), "openvino": ("openvino", "openvino")},
        ),
    ] = "torch"
    precision: Annotated[
        Literal["float32", "bfloat16"],
        Doc(
            "Precision",
            "Of the computation; bfloat16 is faster on a GPU and on CPUs with instructions for "
            "it, and its cosine to float32 is measured and noted.",
        ),
    ] = "float32"
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
    settings = {
        name: value
        for name, value in vars(params).items()
        if name not in LOOP_FIELDS and LATER_FIELDS.get(name) != value
    }
    text = json.dumps([model_digest(folder), settings], sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()

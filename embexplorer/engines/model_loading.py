"""How a sentence-transformers model is loaded from its folder and set to what was asked."""

from __future__ import annotations

import logging
import os
import warnings
from typing import TYPE_CHECKING, Any

from embexplorer.core.errors import UserError
from embexplorer.engines.model_folder import NO_CODE, first_line
from embexplorer.engines.torch_device import is_out_of_memory

if TYPE_CHECKING:
    from pathlib import Path

    from sentence_transformers import SentenceTransformer

NO_LIMIT = 10**9  # tokenizers say "no limit" by a huge number


def silence_libraries() -> None:
    """Keep the libraries from writing to the terminal and from sending usage data."""
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
    from huggingface_hub.utils.tqdm import disable_progress_bars
    from transformers.utils import logging as transformers_logging

    disable_progress_bars()
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # transformers
    for name in ("transformers", "sentence_transformers", "huggingface_hub"):
        logging.getLogger(name).setLevel(logging.ERROR)


def open_model(folder: Path, device: str, precision: str = "float32") -> SentenceTransformer:
    """Load a checked folder; never the network, never code from the folder.

    Parameters
    ----------
    precision
        ``float32`` or ``bfloat16``: that of the model's first module. What follows it (pooling,
        dense layers) is cheap and computes in float32.

    Raises
    ------
    UserError
        Naming the folder and why it does not load.
    """
    import torch
    from sentence_transformers import SentenceTransformer

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model = SentenceTransformer(
                str(folder),
                device=device,
                trust_remote_code=False,
                local_files_only=True,
                model_kwargs={"use_safetensors": True, "dtype": getattr(torch, precision)},
            )
            if precision != "float32":
                _go_on_in_float32(model)
            return model
    except Exception as error:  # the border to a model, which may fail in any way
        reason = first_line(error)
        if "trust_remote_code" in str(error):
            raise UserError(
                "The model runs its own code", f"{folder}: {reason}", NO_CODE
            ) from error
        if isinstance(error, MemoryError) or is_out_of_memory(error):
            raise UserError(
                "No memory for the encoder",
                f"{folder} does not fit into the memory of {device}.",
                "Choose another device, or a smaller encoder.",
            ) from error
        raise UserError(
            "The encoder does not load",
            f"{folder}: {reason}",
            "Choose another model, or copy it again.",
        ) from error


def _go_on_in_float32(model: SentenceTransformer) -> None:
    """Let the modules after the first one compute in float32."""
    import torch

    def widen(module: Any, arguments: Any, features: dict[str, Any]) -> dict[str, Any]:
        return {
            name: value.float()
            if isinstance(value, torch.Tensor) and value.is_floating_point()
            else value
            for name, value in features.items()
        }

    first, *rest = model
    first.register_forward_hook(widen)
    for module in rest:
        module.float()


def set_unit_length(model: SentenceTransformer, asked: bool | None) -> bool:
    """Drop the model's own normalization if asked; return whether vectors have the length 1."""
    from sentence_transformers.base.modules import Normalize

    name, module = list(model.named_children())[-1]
    is_normalized = isinstance(module, Normalize)
    if is_normalized and asked is False:
        delattr(model, name)
    return is_normalized if asked is None else asked


def prompt_of(model: SentenceTransformer, asked: str | None) -> str:
    """Return the text put before each item: the one asked for, else the model's own."""
    if asked is not None:
        return asked
    name = model.default_prompt_name
    return (model.prompts.get(name) or "") if name is not None else ""


def set_max_tokens(model: SentenceTransformer, asked: int | None) -> int | None:
    """Set how many tokens of a text are read; return the number, or None without a limit."""
    from transformers import PreTrainedTokenizerBase

    if not isinstance(getattr(model[0], "tokenizer", None), PreTrainedTokenizerBase):
        return None
    positions = _positions_of(model)
    if asked is not None:
        if positions is not None and asked > positions:
            raise UserError(
                "Longer than the model reads",
                f"The model reads {positions:,} tokens; {asked:,} were asked for.",
                f"Choose {positions:,} or fewer.",
            )
        model.max_seq_length = asked
        return asked
    limit = model.max_seq_length
    if limit is None or limit > NO_LIMIT:
        limit = positions
    if limit is None:
        return None
    if positions is not None:
        limit = min(int(limit), positions)
    model.max_seq_length = int(limit)
    return int(limit)


def _positions_of(model: SentenceTransformer) -> int | None:
    """Return the number of token positions the model has, where that is fixed."""
    transformer = model.transformers_model
    config = getattr(transformer, "config", None)
    positions = getattr(config, "max_position_embeddings", None)
    if not isinstance(positions, int) or positions < 1:
        return None
    table = getattr(getattr(transformer, "embeddings", None), "position_embeddings", None)
    padding = getattr(table, "padding_idx", None)
    # RoBERTa and its kin count positions from after that of the padding.
    return positions if padding is None else positions - padding - 1

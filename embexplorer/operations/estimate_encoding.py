"""How fast an encoder is on a corpus, measured on a few of its texts before all are encoded."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from embexplorer.core.errors import UserError
from embexplorer.operations.context import Context
from embexplorer.operations.corpus import Corpus
from embexplorer.operations.encoder_pool import EncoderPool, choose_encoder
from embexplorer.storage.space_folder import open_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from embexplorer.core.progress import Progress
    from embexplorer.core.space import Space, Texts

PROBE_SIZE = 64  # texts that are encoded to find out


def estimate_rate(
    texts: Texts | Space,
    encoder: str,
    context: Context,
    *,
    params: Mapping[str, Any] | None = None,
    device: str = "auto",
    download: bool = False,
    pool: EncoderPool | None = None,
) -> float:
    """Return how many items per second the encoder does, from a sample of all lengths.

    Raises
    ------
    UserError
        As `encode` does.
    """
    chosen = choose_encoder(context.registry, encoder, params, download=download)
    corpus = Corpus(texts)
    loaded = (pool or EncoderPool()).get(chosen, device)
    sample = corpus.sample(PROBE_SIZE)
    try:
        loaded.encode(
            sample[len(sample) // 2 :][:1], 1
        )  # the first pass of a model is slower than the rest
        started = time.perf_counter()
        loaded.encode(sample, chosen.batch_size)
    except MemoryError as error:
        raise UserError(
            "Not enough memory for this batch",
            f"{loaded.device} has no room for a batch of {chosen.batch_size:,}.",
            f"Choose batches of {max(1, chosen.batch_size // 2):,}.",
        ) from error
    per_text = (time.perf_counter() - started) / len(sample)
    return corpus.n / max(1e-9, per_text * len(corpus.texts))


def estimate_from_folder(
    texts_folder: str,
    encoder: str,
    params: Mapping[str, Any],
    device: str,
    download: bool,
    progress: Progress,
    kept: dict[str, Any] | None = None,
) -> float:
    """Return the items per second for the corpus in a folder: the job of a child."""
    progress.report(None, "Measuring the encoder")
    texts, _ = open_folder(Path(texts_folder))
    return estimate_rate(
        texts,
        encoder,
        Context.default(),
        params=params,
        device=device,
        download=download,
        pool=EncoderPool.of(kept),
    )

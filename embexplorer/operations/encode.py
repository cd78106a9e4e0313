"""Encode: from texts to a space in the cache, and from free text to a vector."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from embexplorer.core.content_id import content_id
from embexplorer.core.errors import UserError
from embexplorer.core.progress import Progress
from embexplorer.core.space import Provenance, Space, Texts, make_table
from embexplorer.operations.context import Context
from embexplorer.operations.corpus import Corpus
from embexplorer.operations.encode_loop import KNOWN, EncodeLoop
from embexplorer.operations.encode_notes import encoding_notes, encoding_remarks, measured_notes
from embexplorer.operations.encoder_pool import ChosenEncoder, EncoderPool, choose_encoder
from embexplorer.operations.known_vectors import take_known, write_known
from embexplorer.operations.remarks import remarks_on
from embexplorer.storage.cache import key_of
from embexplorer.storage.part_store import PartStore
from embexplorer.storage.space_folder import open_folder, write_folder

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from embexplorer.core.space import Vectors

VERSION = 1  # changes when the same texts and encoder would give another space
PARTS = "parts"  # folder in the cache of what is not finished


@dataclass(frozen=True, slots=True)
class Encoded:
    """A corpus as a space, and how it came to be.

    `seconds` and `items_per_second` are those of encoding, loading left out; the rate is None when
    nothing was encoded.
    """

    space: Space
    folder: Path
    seconds: float
    items_per_second: float | None
    device: str
    encoder: str
    revision: str
    cached: bool


def texts_of(items: Sequence[str], columns: Mapping[str, Any] | None = None) -> Texts:
    """Return a corpus in memory.

    Raises
    ------
    UserError
        When an item is not text.
    """
    for row, item in enumerate(items):
        if not isinstance(item, str):
            raise UserError(
                "An item is not text", f"Item {row + 1:,} is {item!r}.", "Give texts only."
            )
    table = make_table(list(items), columns)
    return Texts(content_id(table), "texts", table)


def encode(
    texts: Texts | Space,
    encoder: str,
    context: Context,
    *,
    params: Mapping[str, Any] | None = None,
    device: str = "auto",
    download: bool = False,
    name: str | None = None,
    progress: Progress | None = None,
    pool: EncoderPool | None = None,
) -> Encoded:
    """Encode a corpus, or the items of a space once more; the result is kept in the cache.

    Texts that the encoder cannot tell apart are encoded once, and those that it has encoded before
    with another corpus not at all. What is done when it is cancelled or crashes is kept, and the
    same call goes on from there.

    Parameters
    ----------
    texts
        Its column `text` is encoded, or its items where it has none. All columns are kept.
    encoder
        Id of an encoder, a local model folder, or with `download` a hub id.
    params
        Parameters of the encoder by name; those left out keep their defaults.
    device
        ``auto``, ``cpu``, ``cuda`` or ``mps``.
    name
        What the space is called; as the corpus if left out.
    pool
        Where loaded encoders are found and kept.

    Raises
    ------
    UserError
        When the encoder, its model or the device is not here, a parameter is wrong, there is
        nothing to encode, or there is no room even for one text.
    CancelledError
        When the person cancelled.
    """
    progress = progress or Progress()
    chosen = choose_encoder(context.registry, encoder, params, download=download)
    key = key_of(
        step="encode",
        version=VERSION,
        texts=content_id(texts.table),
        encoder=chosen.plugin.id,
        revision=chosen.revision,
    )
    name = name or texts.name
    if (folder := context.cache.find(key)) is not None:
        try:
            return _encoded(texts, chosen, folder, name, None)
        except UserError:  # damaged on the disk: made again below
            context.cache.remove(key)
    progress.report(None, f"Loading {chosen.plugin.title}")
    corpus = Corpus(texts)
    loaded = (pool or EncoderPool()).get(chosen, device)
    part = PartStore(context.cache.root / PARTS / key, len(corpus.texts))
    take_known(corpus, chosen, context.cache, part, KNOWN, progress)
    loop = EncodeLoop(
        corpus, loaded, part, batch_size=chosen.batch_size, is_split=chosen.splits_long_texts
    )
    loop.run(progress)
    progress.raise_if_cancelled()
    measured = measured_notes(corpus, loaded)

    def fill(folder: Path) -> None:
        vectors = part.vectors[corpus.row_of] if corpus.n_repeated else part.vectors
        notes = (*encoding_notes(corpus, chosen, loaded, part, vectors), *measured, *loop.notes)
        provenance = _provenance(texts, chosen, loaded.device, notes)
        # Those of a corpus speak of its file and its items; those of a space of other vectors.
        earlier = remarks_on(texts) if isinstance(texts, Texts) else ()
        write_folder(
            folder,
            name=name,
            table=texts.table,
            vectors=vectors,
            provenance=provenance,
            remarks=(*earlier, *encoding_remarks(corpus, chosen, part, vectors)),
        )
        write_known(folder, corpus, part.marks)

    folder = context.cache.write(key, fill)
    part.remove()
    return _encoded(texts, chosen, folder, name, loop)


def encode_to_cache(
    texts_folder: str,
    encoder: str,
    params: Mapping[str, Any],
    device: str,
    download: bool,
    cache_root: str,
    name: str,
    progress: Progress,
    kept: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Encode the corpus in a folder and return plain values: the job of a child.

    `kept` is what the process keeps between two jobs: its loaded encoders.

    Raises
    ------
    UserError
        As `encode` does.
    """
    texts, _ = open_folder(Path(texts_folder))
    made = encode(
        texts,
        encoder,
        Context.default(cache_root),
        params=params,
        device=device,
        download=download,
        name=name,
        progress=progress,
        pool=EncoderPool.of(kept),
    )
    values = {field.name: getattr(made, field.name) for field in dataclasses.fields(made)}
    del values["space"]
    return {
        **values,
        "folder": str(made.folder),
        "name": made.space.name,
        "n": made.space.n,
        "d": made.space.d,
        "notes": made.space.provenance.notes,
    }


def encode_query(
    text: str,
    provenance: Provenance,
    context: Context | None = None,
    *,
    device: str = "auto",
    progress: Progress | None = None,
    kept: dict[str, Any] | None = None,
) -> Vectors:
    """Return the vector (d,) of free text, from the encoder that made a space.

    Parameters and errors are those of `encode_queries`.
    """
    vectors = encode_queries(
        [text], provenance, context, device=device, progress=progress, kept=kept
    )
    vector: Vectors = vectors[0]
    return vector


def encode_queries(
    texts: Sequence[str],
    provenance: Provenance,
    context: Context | None = None,
    *,
    device: str = "auto",
    progress: Progress | None = None,
    kept: dict[str, Any] | None = None,
) -> Vectors:
    """Return the vectors (m, d) of free texts, from the encoder that made a space.

    Parameters
    ----------
    provenance
        Of the space: names the encoder, its revision and its parameters.
    kept
        What the process keeps between two calls: its loaded encoders.

    Raises
    ------
    UserError
        When the space was not encoded here, or its encoder is gone or has changed.
    """
    if not provenance.encoder:
        raise UserError(
            "No encoder for free text",
            f"The vectors of {provenance.source or 'this space'} came without an encoder.",
            "Ask for an item of the space, or encode its texts.",
        )
    if progress is not None:
        progress.report(None, "Encoding the query")
    registry = (context or Context.default()).registry
    chosen = choose_encoder(registry, provenance.encoder, provenance.params)
    if chosen.revision != provenance.revision:
        raise UserError(
            "The encoder has changed",
            f"{chosen.plugin.title} is not the one that made these vectors: its model differs.",
            "Encode the texts again.",
        )
    encoder = EncoderPool.of(kept).get(chosen, device)
    vectors: Vectors = encoder.encode(list(texts), min(len(texts), chosen.batch_size))
    return vectors


def encode_text(
    text: str, encoder: str, context: Context, params: Mapping[str, Any] | None = None
) -> Vectors:
    """Return the vector (d,) of free text from an encoder, a model folder or a hub id.

    Raises
    ------
    UserError
        When the encoder is not here.
    """
    chosen = choose_encoder(context.registry, encoder, params)
    vector: Vectors = EncoderPool.of(None).get(chosen, "auto").encode([text], 1)[0]
    return vector


def _encoded(
    texts: Texts | Space, chosen: ChosenEncoder, folder: Path, name: str, loop: EncodeLoop | None
) -> Encoded:
    space, _ = open_folder(folder)
    assert isinstance(space, Space)
    # The same texts may have been read from another file when they were encoded.
    origin = dataclasses.replace(
        space.provenance, source=texts.provenance.source, reader=texts.provenance.reader
    )
    return Encoded(
        space=dataclasses.replace(space, name=name, provenance=origin),
        folder=folder,
        seconds=loop.seconds if loop else 0.0,
        items_per_second=loop.n_encoded / loop.seconds if loop and loop.n_encoded else None,
        device=space.provenance.device,
        encoder=chosen.plugin.id,
        revision=chosen.revision,
        cached=loop is None,
    )


def _provenance(
    texts: Texts | Space, chosen: ChosenEncoder, device: str, notes: tuple[str, ...]
) -> Provenance:
    # The notes of a corpus speak of its texts, those of a space of the vectors it had.
    earlier = texts.provenance.notes if isinstance(texts, Texts) else ()
    return Provenance(
        source=texts.provenance.source,
        reader=texts.provenance.reader,
        encoder=chosen.plugin.id,
        revision=chosen.revision,
        params=chosen.settings,
        device=device,
        notes=(*earlier, *notes),
    )

"""Explore embedding spaces: read or encode, project, ask for neighbors and analogies.

Importing this is cheap; every function imports what it needs when it is called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from embexplorer.core.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from os import PathLike

    import numpy as np
    from numpy.typing import NDArray

    from embexplorer.core.item_sets import ItemSets
    from embexplorer.core.probe_results import ProbeResult
    from embexplorer.core.projection import Projection
    from embexplorer.core.results import AnalogyMethod, AnalogyResult, Metric, Neighbors
    from embexplorer.core.space import Space, Texts

__version__ = VERSION
__all__ = [
    "analogy",
    "debias",
    "encode",
    "explore",
    "join",
    "neighbors",
    "open",
    "probe",
    "project",
    "space",
]


def open(path: str | PathLike[str], *, limit: int | None = None, **params: Any) -> Space:  # noqa: A001  the name reads right as ee.open
    """Read a vector file or a space folder.

    Parameters
    ----------
    path
        Anything a format reads; see ``embexplorer plugins formats``.
    limit
        Read the first `limit` items.
    **params
        Parameters of the format.

    Returns
    -------
    Space
        ``space.vectors`` (n, d) float32, ``space.items``, ``space.columns``.

    Raises
    ------
    embexplorer.core.errors.UserError
        When the file cannot be read, naming what is wrong in it.
    """
    from pathlib import Path

    from embexplorer.core.space import Space
    from embexplorer.operations.context import Context
    from embexplorer.operations.read import read_space

    opened = read_space(Path(path), Context.default(), params=params, limit=limit)
    assert isinstance(opened.data, Space)  # read_space refuses anything else
    return opened.data


def space(
    vectors: NDArray[Any],
    items: Sequence[str] | None = None,
    columns: Mapping[str, Any] | None = None,
    *,
    name: str = "space",
) -> Space:
    """Make a space from an (n, d) array, n items (their numbers if left out) and columns.

    Raises
    ------
    embexplorer.core.errors.UserError
        When there are not as many items as vectors, or a value is not finite.
    """
    import numpy as np

    from embexplorer.core.space import make_space, make_table

    array = np.asarray(vectors)
    named = [str(row) for row in range(len(array))] if items is None else list(map(str, items))
    return make_space(array, make_table(named, columns), name=name)


def encode(
    texts: Iterable[str] | Texts,
    encoder: str = "minilm",
    *,
    device: str = "auto",
    download: bool = False,
    **params: Any,
) -> Space:
    """Encode texts.

    Parameters
    ----------
    texts
        The texts, or a corpus with columns.
    encoder
        Id of an encoder, a local model folder, or with `download` a hub id.
    device
        ``auto``, ``cpu``, ``cuda`` or ``mps``.
    **params
        Parameters of the encoder.

    Returns
    -------
    Space
        One vector for each text, in their order; also kept in the cache.

    Raises
    ------
    embexplorer.core.errors.UserError
        When a text is not text, or the encoder, its model or the device is not here.
    """
    from embexplorer.core.space import Texts
    from embexplorer.operations.context import Context
    from embexplorer.operations.encode import encode as encode_texts
    from embexplorer.operations.encode import texts_of

    if isinstance(texts, str):
        raise TypeError("texts is one string: give a list of texts")
    corpus = texts if isinstance(texts, Texts) else texts_of(list(texts))
    made = encode_texts(
        corpus, encoder, Context.default(), params=params, device=device, download=download
    )
    return made.space


def project(
    space: Space,
    method: str = "umap",
    *,
    dims: int = 2,
    seed: int = 0,
    sample: int | None = None,
    labels_from: str | None = None,
    **params: Any,
) -> Projection:
    """Project a space to 2-D or 3-D; ``projection.coords`` is (n, dims) float32.

    Parameters
    ----------
    space
        What to project.
    method
        ``pca``, ``tsne``, ``umap`` or another projection method.
    dims, seed
        2 or 3; the same seed gives the same coords.
    sample
        Project a uniform sample of this many items, which ``projection.rows`` names.
    labels_from
        Column whose groups shall be pulled together; UMAP can.
    **params
        Parameters of the method.

    Raises
    ------
    embexplorer.core.errors.UserError
        When the method or a parameter is unknown or out of range.
    """
    from embexplorer.operations.context import Context
    from embexplorer.operations.project import project as project_space

    return project_space(
        space,
        method,
        Context.default(),
        params=params,
        dims=dims,
        seed=seed,
        sample=sample,
        labels_from=labels_from,
    )


def neighbors(
    space: Space,
    query: str | int,
    *,
    k: int = 10,
    metric: Metric = "cosine",
    include_inputs: bool = False,
    ignore_case: bool = False,
    vector: NDArray[np.float32] | None = None,
) -> Neighbors:
    """Find the k nearest items of an item, a row (``17``, ``#17``), or ``king - man + woman``.

    With `vector` (d,), that is searched for and `query` only names it. The answer's
    ``ranked.indices`` are rows of the space, ``ranked.scores`` their scores.

    Raises
    ------
    embexplorer.core.errors.UserError
        When an item is unknown, or the query has no direction.
    """
    from embexplorer.operations.explore import neighbors as find

    return find(
        space,
        query,
        k=k,
        metric=metric,
        include_inputs=include_inputs,
        ignore_case=ignore_case,
        vector=vector,
    )


def analogy(
    space: Space,
    a: str | int,
    b: str | int,
    c: str | int,
    *,
    method: AnalogyMethod = "3cosadd",
    k: int = 10,
    ignore_case: bool = False,
) -> AnalogyResult:
    """Solve ``a is to b as c is to ?``, with and without the inputs among the answers.

    Raises
    ------
    embexplorer.core.errors.UserError
        When an item is unknown, or the inputs leave no direction to follow.
    """
    from embexplorer.operations.explore import analogy as solve

    return solve(space, a, b, c, method=method, k=k, ignore_case=ignore_case)


def probe(
    space: Space | None,
    probe: str,
    sets: ItemSets | Mapping[str, Any] | str,
    *,
    encoder: str = "",
    ignore_case: bool = False,
    allow_missing: bool = False,
    word_column: str = "",
    seed: int = 0,
    original: Space | None = None,
    **params: Any,
) -> ProbeResult:
    """Measure bias by item sets.

    Parameters
    ----------
    space
        What is probed; None with an `encoder`.
    probe
        Id of a probe; see ``embexplorer probe list``.
    sets
        Built-in sets by name (``embexplorer probe sets``), a JSON file, or a dictionary
        ``{"X": [...], "Y": [...], "A": [...], "B": [...]}``.
    encoder
        Id of an encoder or a model folder, for ``seat``: the words are put into sentences.
    ignore_case
        An item that is not in the space as written stands for the first that differs in case alone.
    allow_missing
        Whether to go on where a set lost over 20 % of its items.
    word_column
        Column that names the word of each row, for ``seat``, ``ceat`` and ``ieat``.
    original
        The space before bias was taken out of it, for a probe that asks what items were like there.
    **params
        Parameters of the probe, such as ``ddof=0``.

    Returns
    -------
    ProbeResult
        ``result.found`` holds the numbers, ``result.how`` how they were worked out.

    Raises
    ------
    embexplorer.core.errors.UserError
        When the sets do not fit, or the number does not exist for them.
    """
    from embexplorer.operations.context import Context
    from embexplorer.operations.probe import probe as run
    from embexplorer.operations.seat import probe_sentences

    if (space is None) != bool(encoder):
        raise TypeError("give a space, or None and an encoder")
    context = Context.default()
    if space is None:
        made = probe_sentences(
            sets,
            encoder,
            context,
            probe_id=probe,
            params=params,
            allow_missing=allow_missing,
            seed=seed,
        )
        return made[1]
    return run(
        space,
        probe,
        sets,
        context,
        params=params,
        ignore_case=ignore_case,
        allow_missing=allow_missing,
        word_column=word_column,
        seed=seed,
        original=original,
    )


def join(space: Space, table: str | PathLike[str], *, on: str | None = None) -> Space:
    """Return the space with the columns of a table, matched by a key.

    Parameters
    ----------
    space
        What gets the columns; items without a row have no value in them.
    table
        A CSV, TSV, JSON lines or Parquet file.
    on
        The key's column in the table; None takes the one that fits the items, or another column
        of the space, best.

    Raises
    ------
    embexplorer.core.errors.UserError
        When the table does not read, or no item is in it.
    """
    from pathlib import Path

    from embexplorer.operations import join as joining
    from embexplorer.operations.context import Context

    columns = joining.read_columns(Path(table), Context.default())
    matching = joining.match(space, columns, on)
    return joining.with_columns(space, joining.join(space, columns, matching, str(table)))


def debias(
    space: Space,
    method: str,
    sets: ItemSets | Mapping[str, Any] | str,
    *,
    keep: ItemSets | Mapping[str, Any] | str | None = None,
    equalize_sets: ItemSets | Mapping[str, Any] | str | None = None,
    ignore_case: bool = False,
    allow_missing: bool = False,
    case_variants: bool = False,
    seed: int = 0,
    **params: Any,
) -> Space:
    """Mitigate bias: return a new space; the one that is given stays as it is.

    Parameters
    ----------
    method
        ``hard``, ``soft``, ``multiclass-hard``, ``double-hard``, ``half-sibling``, ``ran``,
        ``inlp``, ``leace`` or ``linear-projection``; see ``embexplorer plugins debiasings``.
    sets
        ``pairs`` of opposites or ``targets`` as classes, with ``specific`` items that keep their
        difference and sets to ``equalize``; or the name of built-in ones or of a file.
    keep, equalize_sets
        Further sets whose items keep their difference; whose pairs are equalized.
    ignore_case, allow_missing
        As `probe` takes them.
    case_variants
        Whether specific items and sets to equalize are meant in other cases too.
    seed
        The same seed gives the same vectors.
    **params
        Parameters of the method, such as ``strength=0.5``.

    Returns
    -------
    Space
        ``space.provenance.params`` says how it was made, ``space.provenance.notes`` what to know.

    Raises
    ------
    embexplorer.core.errors.UserError
        When the sets do not fit, or what is to be taken away does not exist.
    """
    from embexplorer.operations.context import Context
    from embexplorer.operations.debias import debias as run

    return run(
        space,
        method,
        sets,
        Context.default(),
        params=params,
        keep=keep,
        equalize=equalize_sets,
        ignore_case=ignore_case,
        allow_missing=allow_missing,
        case_variants=case_variants,
        seed=seed,
    )


def explore(*spaces: Space, block: bool = True) -> Any:
    """Open the window with these spaces.

    Parameters
    ----------
    *spaces
        What to show.
    block
        Wait until the window is closed and return the selected rows of the active space. With
        False (under IPython with ``%gui qt``) return the window at once: ``window.selection()``.
    """
    from embexplorer.ui.running import explore as explore_spaces

    return explore_spaces(spaces, block=block)

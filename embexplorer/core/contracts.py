"""What a plugin of each kind is: the constant its module defines and the function it carries."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar, Literal, Protocol, runtime_checkable

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from embexplorer.core.neighbor_graph import NeighborGraph
from embexplorer.core.params import NoParams
from embexplorer.core.progress import Progress
from embexplorer.core.projection import Coords
from embexplorer.core.remarks import Remark
from embexplorer.core.space import Space, Vectors
from embexplorer.core.subwords import Subwords

HEAD_BYTES = 1 << 16  # of a file that a format is shown to recognize it


@dataclass(frozen=True)
class Plugin:
    """What every kind of plugin declares.

    Parameters
    ----------
    id
        Short lower-case name, unique within its kind; the command line uses it.
    title
        Name as a person reads it.
    summary
        One sentence: what it does and when to choose it.
    params
        Dataclass of its parameters, see `embexplorer.core.params`.
    source
        The paper or page it follows.
    needs
        Extra to install when `modules` are missing.
    modules
        Modules it imports when it runs.
    """

    kind: ClassVar[str] = ""
    id: str
    title: str
    summary: str
    params: type = NoParams
    source: str = ""
    needs: str = ""
    modules: tuple[str, ...] = ()

    @property
    def is_available(self) -> bool:
        """Whether the modules it needs are installed; nothing is imported to find out."""
        return all(find_spec(module) is not None for module in self.modules)


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a format read: vectors, texts to encode, or both coords and one of them.

    Parameters
    ----------
    table
        Column `item` first, then the others.
    vectors
        (n, d), or None when the file holds texts only.
    coords
        (n, 2|3) that the file brought, or None.
    notes
        What was noticed: duplicates, rows left out. One sentence each.
    details
        Further provenance for `space.json` (encoder, revision) where a file carries it.
    subwords
        What gives words that are no items a vector; written to ``subwords.npy`` of the scratch
        folder, they are moved into the cache like the vectors.
    remarks
        The single rows that the notes speak of.
    """

    table: pa.Table
    vectors: NDArray[Any] | None = None
    coords: NDArray[Any] | None = None
    notes: tuple[str, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)
    subwords: Subwords | None = None
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What a format is asked to read.

    Parameters
    ----------
    path
        The file or folder. A format that `streams` opens it by `engines.byte_stream.open_stream`:
        it may lie inside a compressed file, as ``words.vec.gz/words.vec``.
    params
        Instance of the format's params dataclass.
    scratch
        Empty folder on a disk with room: vectors written there by `engines.vector_sink` are
        moved into the cache, not copied.
    progress
        Where to say how far it is, and whether it is cancelled.
    limit
        Read the first so many items only; None reads all.
    is_glance
        Whether this is for a preview: what is long may be cut, so that it is quick.
    trusted
        SHA-256 of the contents that the person trusts to run.
    """

    path: Path
    params: Any
    scratch: Path
    progress: Progress = field(default_factory=Progress)
    limit: int | None = None
    is_glance: bool = False
    trusted: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Format(Plugin):
    """A file format: how it is recognized, read and written.

    `sniff(path, head)` gets the first 64 kB (empty for a folder) and returns how sure it is,
    0 to 1; the surest format reads. `read(reading)` returns a `Parsed` or raises `UserError`.
    `streams` says that it reads from the first byte to the last by `engines.byte_stream`, and so
    compressed files too; its `sniff` judges by the name and the head alone.
    `write(space, coords, path)` is None where the format cannot be written, may write further
    files beside `path`, and may return what it changed, one sentence each. `beside(path, params)`
    lists the further files that are read with `path`, so that the cache knows when they change.
    `version` changes when the same file would be read differently, so that the cache reads it
    again. `columns(reading)` of a table returns its columns with their types, and the same as they
    are written, before they have roles: about as many rows as the limit says, or all.
    """

    kind: ClassVar[str] = "formats"
    extensions: tuple[str, ...] = ()
    version: int = 1
    streams: bool = False
    sniff: Callable[[Path, bytes], float] = lambda path, head: 0.0
    read: Callable[[Reading], Parsed] | None = None
    write: Callable[[Space, Coords | None, Path], Sequence[str] | None] | None = None
    beside: Callable[[Path, Any], Sequence[Path]] = lambda path, params: ()
    columns: Callable[[Reading], tuple[pa.Table, pa.Table]] | None = None


class LoadedEncoder(Protocol):
    """An encoder that is ready to work."""

    revision: str  # hash of weights and settings: the same revision gives the same vectors
    device: str  # as a person reads it: "CPU", "CUDA: NVIDIA H100", "MPS"
    max_tokens: int | None  # longer texts are cut; None when there is no limit
    notes: tuple[str, ...]  # what a person must know about it, one sentence each

    def encode(self, texts: Sequence[str], batch_size: int) -> Vectors:
        """Return (m, d) vectors of the texts; raises MemoryError when the device has no room."""

    def count_cut(self, texts: Sequence[str]) -> int:
        """Return how many of the texts are longer than `max_tokens`."""


class Tokens(Protocol):
    """Texts as an encoder reads them: a text is one piece of tokens, a long one may be several."""

    owner: NDArray[np.int64]  # (p,) row of the text of each piece, ascending
    lengths: NDArray[np.int64]  # (p,) tokens of each piece
    keys: Sequence[bytes]  # (m,) equal for texts that the encoder cannot tell apart
    is_too_long: NDArray[np.bool_]  # (m,) texts longer than the encoder reads at once

    def encode(self, pieces: NDArray[np.int64]) -> Vectors:
        """Return the vectors (k, d) of k pieces, in one pass; raises MemoryError without room."""

    def pool(self, vectors: Vectors, pieces: NDArray[np.int64]) -> Vectors:
        """Return the vectors of some texts from the vectors of all their pieces, ascending."""


@runtime_checkable
class TokenEncoder(LoadedEncoder, Protocol):
    """An encoder that can read many texts ahead, so that each pass costs the same.

    Optional for a plugin: of any other, texts are taken by their characters.
    """

    tokens_at_once: int  # of one pass, padding included, at which the device works fastest

    def tokenize(self, texts: Sequence[str]) -> Tokens:
        """Read some texts; may run in another thread than `Tokens.encode`."""

    def notes_on(self, sample: Sequence[str]) -> tuple[str, ...]:
        """Return what was measured on some of the texts, such as the cosine to float32."""


@dataclass(frozen=True)
class Encoder(Plugin):
    """A text encoder: `load(params, device)` makes it ready; `device` is auto, cpu, cuda or mps.

    `fingerprint(params)` is the revision without loading anything heavy, so that the cache is
    asked first. With `keeps_files`, `load` also takes ``folder``: a folder of the cache for what
    is made of a model once, such as an export.
    """

    kind: ClassVar[str] = "encoders"
    load: Callable[..., LoadedEncoder] | None = None
    keeps_files: bool = False
    fingerprint: Callable[[Any], str] | None = None


@dataclass(frozen=True, slots=True)
class Projecting:
    """What a projection method is asked to lay out.

    Parameters
    ----------
    vectors
        (n, d), may be a memory map.
    params
        Instance of the method's params dataclass.
    dims
        2 or 3.
    seed
        The same seed gives the same coords.
    progress
        Where to say how far it is, to show frames, and whether it is cancelled.
    neighbors
        ``neighbors(k, metric, progress)`` returns the neighbor graph of the vectors; methods share
        it, so that it is found once.
    labels
        (n,) a number for the group of each item, -1 where it is not known; for a method that
        `takes_labels`, and None where the vectors alone shall say what belongs together.
    """

    vectors: Vectors
    params: Any
    dims: int
    seed: int
    progress: Progress
    neighbors: Callable[[int, str, Progress], NeighborGraph]
    labels: NDArray[np.int32] | None = None


@dataclass(frozen=True, slots=True)
class Projected:
    """Coords from a projection method, with what the axes mean and what must be said.

    `explained_variance` is that of `core.projection.Projection`.
    """

    coords: Coords
    axes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    explained_variance: tuple[float, ...] = ()


@dataclass(frozen=True)
class ProjectionMethod(Plugin):
    """A projection: `run(projecting)` gets a `Projecting` and returns a `Projected`.

    `metric(params)` is the metric of the original space that the map tries to keep. `uses_seed`
    is false for a method that gives the same map for every seed. `takes_labels` is true for one
    that can pull together items of a group that is known beforehand. `memory(n, d, params)` is
    about how many bytes it takes at most beside n vectors of d dimensions, so that a job too large
    for the computer is refused before it begins. `warm()` compiles or loads what a run needs.
    """

    kind: ClassVar[str] = "projections"
    run: Callable[[Projecting], Projected] | None = None
    metric: Callable[[Any], str] = lambda params: "euclidean"
    uses_seed: bool = True
    takes_labels: bool = False
    memory: Callable[[int, int, Any], int] = lambda n, d, params: 4 * n * d
    warm: Callable[[], None] = lambda: None


@dataclass(frozen=True, slots=True)
class Clustered:
    """Groups from a clustering: (n,) int32 labels, the largest group first, -1 for noise."""

    labels: NDArray[np.int32]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Clustering(Plugin):
    """A clustering: `run(points, params, seed, progress)` returns a `Clustered`.

    The points are the vectors of a space or the coords of a map. `metric(params)` is what makes
    two of them near, ``euclidean`` or ``cosine``. `limit(params, d)` is the number of points of d
    dimensions up to which it is fast enough, None where any number is: above, a uniform sample is
    grouped, and each other item joins the group of the sampled item nearest to it. `memory` is
    that of a `ProjectionMethod`.
    """

    kind: ClassVar[str] = "clusterings"
    run: Callable[[Vectors, Any, int, Progress], Clustered] | None = None
    metric: Callable[[Any], str] = lambda params: "euclidean"
    limit: Callable[[Any, int], int | None] = lambda params, d: None
    memory: Callable[[int, int, Any], int] = lambda n, d, params: 4 * n * d


@dataclass(frozen=True, slots=True)
class Asks:
    """Which item sets a probe or a mitigation needs.

    Parameters
    ----------
    targets, attributes
        How many sets: 0 for none, None for any number from one on.
    pairs
        Whether pairs of opposites are needed.
    words
        Whether further items are needed; None where they may be given.
    least
        How many items of each set must be in the space.
    are_paired
        Whether the targets belong together by their position, and lose a missing item in pairs.
    word_column
        Whether the items of sets are values of a column, each standing for all rows that have it,
        such as the sentences about a word; None where a column may be named.
    original
        Whether it can take what items were like from another space, see `Probing`.
    equalize
        Whether sets to equalize may be given.
    """

    targets: int | None = 0
    attributes: int | None = 0
    pairs: bool = False
    words: bool | None = False
    least: int = 2
    are_paired: bool = False
    word_column: bool | None = False
    original: bool = False
    equalize: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """The items of one set that are in the space.

    Where a set names values of a column, each of its k names owns one row or more.

    Parameters
    ----------
    key, name
        How results and a person call the set.
    items
        Of the m items.
    rows
        (m,) int64, where they are in the space; -1 for a vector that is none of its own.
    vectors
        (m, d) float64, as they are; none is zero.
    owners
        (k,) the values of a column that the set names; None where it names the items themselves.
    owner
        (m,) int64, which of the owners each item is of, ascending; None without owners.
    """

    key: str
    name: str
    items: tuple[str, ...]
    rows: NDArray[np.int64]
    vectors: NDArray[np.float64]
    owners: tuple[str, ...] | None = None
    owner: NDArray[np.int64] | None = None

    def __len__(self) -> int:
        return len(self.items)

    @property
    def names(self) -> tuple[str, ...]:
        """What the set names: the owners, or the items themselves."""
        return self.items if self.owners is None else self.owners

    def take(self, which: Sequence[int] | NDArray[np.int64]) -> Group:
        """Return some of the names with all that is theirs, in the order and as often as asked."""
        asked = at = np.asarray(which, np.int64)
        if self.owner is not None:
            bounds = np.searchsorted(self.owner, np.arange(len(self.names) + 1))
            at = np.concatenate([np.arange(bounds[one], bounds[one + 1]) for one in asked])
        items = tuple(self.items[one] for one in at)
        owners = owner = None
        if self.owner is not None:
            owners = tuple(self.names[one] for one in asked)
            owner = np.repeat(np.arange(len(asked)), np.diff(bounds)[asked])
        return Group(self.key, self.name, items, self.rows[at], self.vectors[at], owners, owner)


@dataclass(frozen=True, slots=True, eq=False)
class Probing:
    """What a probe is asked.

    Parameters
    ----------
    params
        Instance of the probe's params dataclass.
    targets, attributes, words
        The sets as groups; `words` is None where there are none.
    pairs
        Both sides of the pairs of opposites, of equal length; None where there are none.
    space
        All items, for a probe that looks at neighbors.
    seed
        The same seed gives the same numbers.
    progress
        Where to say how far it is, and whether it is cancelled.
    original
        The space as it was before bias was taken out of it, which says what an item was like;
        None where that is `space` itself. Its items are found by their names.
    specific
        (m,) int64 rows of items that are of one side by definition, such as ``mother``.
    """

    params: Any
    targets: tuple[Group, ...]
    attributes: tuple[Group, ...]
    words: Group | None
    pairs: tuple[Group, Group] | None
    space: Space
    seed: int
    progress: Progress
    original: Space | None = None
    specific: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))


@dataclass(frozen=True, slots=True)
class ItemScore:
    """A number about one item; `set` is the key of its set.

    That is `first` or `second` for an item on this side of the pairs, also where the probe itself
    put it there.
    """

    item: str
    set: str
    score: float


@dataclass(frozen=True, slots=True, eq=False)
class Probed:
    """What a probe found; a number that does not exist for this probe is None.

    Parameters
    ----------
    meaning
        What the headline number says, in plain words with the names of the sets; one or two
        sentences.
    statistic, effect_size
        The numbers that a paper reports; `ddof` says which standard deviation the effect is in.
    p_value
        How often chance alone gives as much; `p_kind` is ``exact`` or ``sampled``, from
        `n_permutations` permutations, with the `alternative` greater, less or two-sided. Without
        a kind it is from a formula, which `details` and `notes` name.
    null
        (m,) values of the headline number under permutation, at most some thousands, for a picture.
    bounds
        The smallest and largest value that the headline number can have.
    per_item
        A score for each item.
    sides
        What a negative and what a positive score of an item is nearer to; None where the sign says
        no such thing.
    contributions
        How much of the headline number each item makes up; they add up to it.
    details
        Further numbers by name, plain values.
    notes
        What a person must know, one sentence each.
    """

    meaning: str
    statistic: float | None = None
    effect_size: float | None = None
    ddof: int | None = None
    p_value: float | None = None
    p_kind: str | None = None
    alternative: str | None = None
    n_permutations: int | None = None
    null: NDArray[np.float64] | None = None
    bounds: tuple[float, float] | None = None
    per_item: tuple[ItemScore, ...] = ()
    contributions: tuple[ItemScore, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    sides: tuple[str, str] | None = None

    @property
    def value(self) -> float | None:
        """The headline number: the effect size, or the statistic of a probe without one."""
        return self.statistic if self.effect_size is None else self.effect_size


@dataclass(frozen=True, slots=True, eq=False)
class ItemScale:
    """What a probe says of any item by itself, also of one that is in none of its sets.

    Parameters
    ----------
    what
        What the number is and what its sign means, in sentences that can be copied into a paper.
    score
        ``score(vectors)`` takes (m, d) float64 and returns (m,), NaN where there is no number; with
        `classes` (m, k) instead, the larger the nearer.
    sides
        What numbers below and above the `middle` are nearer to; empty with `classes`.
    middle
        The number of an item that is nearer to neither side.
    classes
        Names of the k classes of which an item is nearest to one.
    scores_zero
        Whether a vector of zeros has a number; it has no cosine.
    """

    what: str
    score: Callable[[NDArray[np.float64]], NDArray[np.float64]]
    sides: tuple[str, str] | tuple[()] = ()
    middle: float = 0.0
    classes: tuple[str, ...] = ()
    scores_zero: bool = False


@dataclass(frozen=True)
class Probe(Plugin):
    """A bias probe: `run(probing)` gets a `Probing` and returns a `Probed`.

    `asks` says which sets it needs, `formula` what the headline number is, as a person reads it.
    `measure(probing)` is that number alone, without test and tables, for intervals by repetition;
    None where it cannot be repeated cheaply. `measure_many(probings)` is that number of many
    questions with sets of the same sizes, where that is faster and the number always exists.
    `zero` is its value where there is no difference; None where no such value exists. All raise
    `UserError` where the number does not exist. `control` says what neutral words may take the
    place of, to see what the probe finds where no stereotype is expected; None where that says
    nothing.
    `scale(probing)` is what it says of any item, as an `ItemScale`, for a map colored by bias; None
    where it says nothing of single items.
    """

    kind: ClassVar[str] = "probes"
    asks: Asks = Asks()
    formula: str = ""
    zero: float | None = 0.0
    run: Callable[[Probing], Probed] | None = None
    measure: Callable[[Probing], float] | None = None
    measure_many: Callable[[Sequence[Probing]], list[float]] | None = None
    control: Literal["targets", "attributes", "words"] | None = None
    scale: Callable[[Probing], ItemScale] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Changing:
    """What a mitigation is asked to change.

    Parameters
    ----------
    params
        Instance of the method's params dataclass.
    vectors
        (n, d) float32, not writeable; usually a memory map.
    targets, attributes, pairs
        The sets as groups; `pairs` are both sides of the pairs of opposites, or None.
    specific
        (m,) int64 rows of items that are of one side by definition and keep their difference.
    equalize
        Sets of items that shall differ along the direction alone, each to the same degree.
    seed
        The same seed gives the same vectors.
    progress
        Where to say how far it is, and whether it is cancelled.
    out
        (n, d) float32, a memory map, in which the method writes every row.
    """

    params: Any
    vectors: Vectors
    targets: tuple[Group, ...]
    attributes: tuple[Group, ...]
    pairs: tuple[Group, Group] | None
    specific: NDArray[np.int64]
    equalize: tuple[Group, ...]
    seed: int
    progress: Progress
    out: Vectors


@dataclass(frozen=True, slots=True, eq=False)
class Changed:
    """What a mitigation did: the order of its steps, further values by name, and notes."""

    order: str
    details: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Debiasing(Plugin):
    """A mitigation of bias: `run(changing)` gets a `Changing` and returns a `Changed`.

    `asks` says which sets it needs, `formula` what it does to a vector, as a person reads it.
    It holds no copy of the vectors: it
    goes through them in blocks, as `measures.changed_rows` does. It raises `UserError` where what
    it shall take away does not exist.
    """

    kind: ClassVar[str] = "debiasings"
    asks: Asks = Asks()
    formula: str = ""
    run: Callable[[Changing], Changed] | None = None


def as_float32(vectors: NDArray[Any]) -> Vectors:
    """Return the vectors as float32 in C order, without a copy where they already are."""
    return np.ascontiguousarray(vectors, dtype=np.float32)

"""Debias: from a space and item sets to a new space, in the cache, beside the old one."""

from __future__ import annotations

import dataclasses
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from embexplorer.core.contracts import Changing, Debiasing
from embexplorer.core.errors import UserError
from embexplorer.core.item_sets import ItemSets
from embexplorer.core.params import as_dict, build
from embexplorer.core.progress import Progress
from embexplorer.core.space import Provenance, Space
from embexplorer.core.version import VERSION
from embexplorer.operations.context import Context
from embexplorer.operations.find_groups import Groups, find_groups
from embexplorer.operations.item_sets import sets_to
from embexplorer.operations.norms import norms_of_finite, norms_of_space
from embexplorer.operations.probe import as_sets
from embexplorer.operations.project import check_seed
from embexplorer.operations.query import first_rows
from embexplorer.storage.cache import key_of
from embexplorer.storage.space_folder import open_folder, write_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from embexplorer.measures.similarity import Norms

LISTED = 5  # items that a note names


def debias(
    space: Space,
    method: str,
    sets: ItemSets | Mapping[str, Any] | str,
    context: Context,
    *,
    params: Mapping[str, Any] | None = None,
    keep: ItemSets | Mapping[str, Any] | str | None = None,
    equalize: ItemSets | Mapping[str, Any] | str | None = None,
    ignore_case: bool = False,
    allow_missing: bool = False,
    case_variants: bool = False,
    seed: int = 0,
    progress: Progress | None = None,
) -> Space:
    """Return a new space in which bias was mitigated; the space itself stays as it is.

    Parameters
    ----------
    method
        Id of a mitigation, such as ``hard``.
    sets
        Item sets, a document of them (`operations.item_sets.sets_from`), or the name of built-in
        ones or of a file.
    params
        Parameters of the method by name; those left out keep their defaults.
    keep
        Further sets, all items of which are of one side by definition and keep their difference.
    equalize
        Further sets, the pairs and sets to equalize of which are equalized.
    ignore_case
        An item that is not in the space as written stands for the first that differs in case alone.
    allow_missing
        Whether to go on where a set lost over 20 % of its items; it is said in the notes.
    case_variants
        Whether specific items and sets to equalize are also meant in lower case, as titles, and in
        capitals, where the space has them so.
    seed
        The same seed gives the same vectors.

    Returns
    -------
    Space
        In a folder of the cache; the same table. Its provenance names the method, its parameters,
        the sets, and the space that it was made of, and holds what the method found.

    Raises
    ------
    UserError
        For an unknown method, setting or set, sets that the method cannot take, items that are
        missing, or something that is to be taken away and is not there.
    CancelledError
        When the person cancelled.
    """
    progress = progress or Progress()
    chosen = context.registry.get(Debiasing, method)
    settings: Any = build(chosen.params, params or {})
    check_seed(seed)
    asked = _joined(as_sets(sets), keep, equalize)
    if case_variants:
        asked = _with_case_variants(asked, space)
    key = key_of(
        kind="debiased",
        version=VERSION,
        space=space.id,
        name=space.name,
        method=method,
        params=as_dict(settings),
        sets=sets_to(asked),
        ignore_case=ignore_case,
        allow_missing=allow_missing,
        seed=seed,
    )
    folder = context.cache.find(key)
    if folder is None:
        groups = find_groups(
            space,
            asked,
            chosen.asks,
            chosen.title,
            ignore_case=ignore_case,
            allow_missing=allow_missing,
        )
        making = _Making(space, chosen, settings, asked, groups, seed, progress)
        folder = context.cache.write(key, making.fill)
    made, _ = open_folder(folder)
    assert isinstance(made, Space)  # vectors were written
    return made


def debias_to_cache(
    space_folder: str,
    cache_root: str,
    method: str,
    sets: ItemSets | Mapping[str, Any] | str,
    **asked: Any,
) -> str:
    """Debias the space in a folder, as the job of a child process; return the new space's folder.

    `asked` are the further arguments of `debias`.
    """
    space, _ = open_folder(Path(space_folder))
    if not isinstance(space, Space):
        raise UserError(
            "There are no vectors to change",
            f"“{space.name}” holds texts that are not encoded yet.",
            "Encode the texts first.",
        )
    made = debias(space, method, sets, Context.default(cache_root), **asked)
    return str(made.folder)


@dataclasses.dataclass(frozen=True, slots=True)
class _Making:
    """A space that is being made."""

    space: Space
    method: Debiasing
    settings: Any
    sets: ItemSets
    groups: Groups
    seed: int
    progress: Progress

    def fill(self, folder: Path) -> None:
        """Write the changed vectors and where they are from into a folder of the cache."""
        space, groups = self.space, self.groups
        started = time.perf_counter()
        self.progress.report(0.0, self.method.title)
        out = np.lib.format.open_memmap(
            folder / "vectors.npy", mode="w+", dtype=np.float32, shape=space.vectors.shape
        )
        assert (
            self.method.run is not None
        )  # every registered method runs: the contract tests say so
        changed = self.method.run(
            Changing(
                params=self.settings,
                vectors=space.vectors,
                targets=groups.targets,
                attributes=groups.attributes,
                pairs=groups.pairs,
                specific=groups.specific,
                equalize=groups.equalize,
                seed=self.seed,
                progress=self.progress.part(0.0, 0.9),
                out=out,
            )
        )
        out.flush()
        self.progress.report(0.9, "Checking")
        norms = norms_of_finite(out, space.items)
        notes = [*groups.notes, *self._missing(), *changed.notes, *self._new_zeros(norms)]
        write_folder(
            folder,
            name=f"{space.name}, {self.method.id}",
            table=space.table,
            vectors=out,
            provenance=Provenance(
                # No source and no encoder: neither the file nor new texts give these vectors.
                reader=f"debias {self.method.id}",
                params={
                    "method": self.method.id,
                    "params": as_dict(self.settings),
                    "sets": sets_to(self.sets),
                    "of": {"id": space.id, "name": space.name},
                    "of_provenance": dataclasses.asdict(space.provenance),
                    "seed": self.seed,
                    "order": changed.order,
                    "found": dict(changed.details),
                    "citation": self.method.source,
                    "seconds": time.perf_counter() - started,
                },
                notes=tuple(dict.fromkeys(notes)),
            ),
            norms=norms,
        )

    def _missing(self) -> list[str]:
        """Return a note on items of one side by definition that the space does not have."""
        asked = len(set(self.sets.specific))
        if not asked and self.sets.words is not None and self.method.asks.pairs:
            return [
                "The words of the sets count as neutral like all others: items that shall keep "
                "their difference are “specific” ones."
            ]
        there = len(self.groups.specific)
        if there == asked:
            return []
        return [f"specific: {there:,} of {asked:,} items are in this space and were kept."]

    def _new_zeros(self, norms: Norms) -> list[str]:
        """Return a note on items of which nothing is left."""
        rows = np.flatnonzero((norms == 0) & (norms_of_space(self.space) > 0))
        if not len(rows):
            return []
        names = ", ".join(f"“{item}”" for item in self.space.items.take(rows[:LISTED]))
        more = ", …" if len(rows) > LISTED else ""
        vectors = "vector, which is" if len(rows) == 1 else "vectors, which are"
        return [f"Nothing is left of {len(rows):,} {vectors} zero now: {names}{more}."]


def _joined(
    sets: ItemSets,
    keep: ItemSets | Mapping[str, Any] | str | None,
    equalize: ItemSets | Mapping[str, Any] | str | None,
) -> ItemSets:
    """Return the sets with what others add to the items that stay and to the sets to equalize."""
    specific, equal = sets.specific, sets.equalize
    if keep is not None:
        more = as_sets(keep)
        every = [*more.targets, *more.attributes, *([more.words] if more.words else [])]
        specific += more.specific + tuple(item for one in every for item in one.items)
        specific += tuple(item for one in (*more.pairs, *more.equalize) for item in one)
    if equalize is not None:
        others = as_sets(equalize)
        if not (others.pairs or others.equalize):
            raise UserError(
                "There is nothing to equalize",
                f"“{others.name}” has neither pairs nor sets to equalize.",
                'Give {"equalize": [["…", "…"]]}.',
            )
        equal += others.pairs + others.equalize
    return dataclasses.replace(
        sets, specific=tuple(dict.fromkeys(specific)), equalize=tuple(dict.fromkeys(equal))
    )


def _with_case_variants(sets: ItemSets, space: Space) -> ItemSets:
    """Return the sets with specific items and sets to equalize as the space writes them too."""
    changes = (str, str.lower, str.title, str.upper)
    given = [*sets.specific, *(item for items in sets.equalize for item in items)]
    there = first_rows(space, {change(item) for item in given for change in changes})

    def variants(items: tuple[str, ...]) -> list[tuple[str, ...]]:
        found = dict.fromkeys(tuple(change(item) for item in items) for change in changes)
        return [one for one in found if one == items or all(item in there for item in one)]

    specific = dict.fromkeys(one for item in sets.specific for (one,) in variants((item,)))
    equalize = dict.fromkeys(one for items in sets.equalize for one in variants(items))
    return dataclasses.replace(sets, specific=tuple(specific), equalize=tuple(equalize))

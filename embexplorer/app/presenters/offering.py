"""Offering neighbors of a seed for a set of the draft; none joins by itself."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from embexplorer.app.found import Candidate, SetOffer
from embexplorer.app.work import Then, report
from embexplorer.core.errors import UserError
from embexplorer.core.results import known_metric
from embexplorer.operations import edit_sets as edits
from embexplorer.operations import explore as exploring
from embexplorer.operations.query import Query, Term, first_rows, parse_query

if TYPE_CHECKING:
    from collections.abc import Iterable

    from embexplorer.app.presenters.editing_sets import EditingSets
    from embexplorer.app.remembered import Remembered
    from embexplorer.app.state import State
    from embexplorer.app.store import Store
    from embexplorer.app.work import Work
    from embexplorer.core.progress import Progress
    from embexplorer.core.results import Metric
    from embexplorer.core.space import Space
    from embexplorer.jobs.events import Failed
    from embexplorer.operations.int8_copies import Int8Copies
    from embexplorer.operations.norms import NormsCache

OFFERED = 20  # neighbors of a seed


class Offering:
    """Intents of the list of items that could join a set; `State.set_offer` is that list."""

    def __init__(
        self,
        store: Store,
        work: Work,
        remembered: Remembered,
        norms: NormsCache,
        copies: Int8Copies,
        editing: EditingSets,
    ) -> None:
        self._store = store
        self._work = work
        self._remembered = remembered
        self._norms = norms
        self._copies = copies
        self._editing = editing
        store.subscribe(self._changed)

    def find_near(self, key: str, seed: str = "", *, k: int = OFFERED) -> None:
        """Look for the k items nearest to a seed, or to the whole set, and offer them.

        A seed is an item, a row or a sum, as neighbors take it. `State.set_offer` gets the answer.
        """
        state = self._store.state
        space, draft = state.space, state.draft
        if space is None or draft is None or key == edits.PAIRS:
            return
        there = edits.set_of(draft, key)
        metric = known_metric(self._remembered.settings.metric)
        asked = SetOffer(space.id, key, seed.strip() or there.name, metric, is_running=True)
        self._store.apply(lambda state: dataclasses.replace(state, set_offer=asked))

        def failed(event: Failed) -> None:
            if event.details:
                report(self._store, event)
            self._answer(asked, error=event.error)

        self._work.submit(
            self._nearest,
            key="set-offer",
            title="Nearest items",
            lane="quick",
            is_shown=False,
            then=Then(
                finished=lambda event: self._answer(asked, candidates=event.result), failed=failed
            ),
            space=space,
            seed=seed.strip(),
            there=there.items,
            k=k,
            metric=metric,
        )

    def take(self, items: Iterable[str] | None = None) -> None:
        """Add offered items to the set they were looked for, all or some; the others stay offered.

        Raises
        ------
        UserError
            When the set becomes too large.
        """
        offer = self._store.state.set_offer
        if offer is None:
            return
        offered = [one.item for one in offer.candidates]
        chosen = set(offered if items is None else items)
        self._editing.add(offer.key, [item for item in offered if item in chosen])
        left = tuple(one for one in offer.candidates if one.item not in chosen)
        self._store.apply(
            lambda state: dataclasses.replace(
                state, set_offer=dataclasses.replace(offer, candidates=left) if left else None
            )
        )

    def dismiss(self) -> None:
        """Offer nothing any more."""
        self._store.apply(lambda state: dataclasses.replace(state, set_offer=None))

    def _nearest(
        self,
        space: Space,
        seed: str,
        there: tuple[str, ...],
        k: int,
        metric: Metric,
        progress: Progress,
    ) -> tuple[Candidate, ...]:
        """Search, in the lane's thread."""
        rows = first_rows(space, set(there)) if there else {}
        query = parse_query(seed, space) if seed else _sum_of(space, rows)
        found = exploring.neighbors(
            space,
            query,
            k=k + len(rows),
            metric=metric,
            norms=self._norms.of(space, progress),
            copy=self._copies.of(space),
            progress=progress,
        )
        names = space.items.take(found.ranked.indices)
        scored = zip(
            names, found.ranked.indices.tolist(), found.ranked.scores.tolist(), strict=True
        )
        fresh: dict[str, Candidate] = {}
        for name, row, score in scored:
            if name not in rows:
                fresh.setdefault(name, Candidate(name, row, score))
        return tuple(fresh.values())[:k]

    def _answer(self, asked: SetOffer, **answer: object) -> None:
        """Show what came of a search, unless another was asked for meanwhile."""
        answered = dataclasses.replace(asked, is_running=False, **answer)  # type: ignore[arg-type]  # fields by name
        self._store.apply(
            lambda state: (
                dataclasses.replace(state, set_offer=answered)
                if state.set_offer is asked
                else state
            )
        )

    def _changed(self, old: State, new: State) -> None:
        """Forget what was offered for another space or a set that is gone."""
        is_same = new.draft is old.draft and new.active_space == old.active_space
        if new.set_offer is not None and not is_same and not _fits(new.set_offer, new):
            self.dismiss()


def _sum_of(space: Space, rows: dict[str, int]) -> Query:
    """Return the sum of all items of a set that have a direction, as a query."""
    there = [row for row in rows.values() if np.any(space.vectors[row])]
    if not there:
        raise UserError(
            "Nothing to look near to",
            "None of the items of this set is in this space.",
            "Name an item to look near to.",
        )
    return Query("the set", tuple(Term(row) for row in there))


def _fits(offer: SetOffer, state: State) -> bool:
    """Return whether the set that an offer is for is still there, in the same space."""
    if state.draft is None or offer.space_id != state.active_space:
        return False
    try:
        edits.set_of(state.draft, offer.key)
    except KeyError:
        return False
    return True

"""Coloring by typed labels: each item gets the nearest one, by the encoder of its space."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from embexplorer.app import state as states
from embexplorer.app.work import Then
from embexplorer.core.counted import counted
from embexplorer.core.errors import UserError
from embexplorer.operations import encode as encoding
from embexplorer.operations import zero_shot

if TYPE_CHECKING:
    from embexplorer.app.state import State
    from embexplorer.app.store import Store
    from embexplorer.app.work import Work
    from embexplorer.core.space import Space
    from embexplorer.jobs.events import Finished

TOO_FEW = zero_shot.TOO_FEW
TEMPLATE = "This text is about {}."


class Labeling:
    """Intents of the dialog of typed labels."""

    def __init__(self, store: Store, work: Work) -> None:
        self._store = store
        self._work = work

    def check(self, labels: str, templates: str) -> UserError | None:
        """Return what is wrong with labels or templates, or None."""
        try:
            zero_shot.read_labels(labels)
            zero_shot.read_templates(templates)
        except UserError as error:
            return error
        return None

    def typed_before(self) -> tuple[str, str]:
        """Return the labels and templates that the space is labeled by, as they were typed."""
        state = self._store.state
        for column in state.document.columns_of(state.active_space):
            if column.name == zero_shot.LABEL:
                labels, templates = (column.params.get(k, ()) for k in ("labels", "templates"))
                return "\n".join(map(str, labels)), "\n".join(map(str, templates))
        return "", TEMPLATE

    def color(self, labels: str, templates: str = TEMPLATE) -> None:
        """Give each item of the active space the nearest label, and color by it.

        Parameters
        ----------
        labels
            2 to 50, one a line.
        templates
            Sentences that the labels are put into at ``{}``, one a line; the prompts of a label
            are averaged.

        Raises
        ------
        UserError
            As `check` says.
        """
        space = self._store.state.space
        if space is None:
            return
        names, forms = zero_shot.read_labels(labels), zero_shot.read_templates(templates)

        def encoded(event: Finished) -> None:
            self._work.submit(
                zero_shot.label_items,
                key="labels",
                title="Nearest labels",
                lane="quick",
                then=Then(finished=self._labeled),
                space=space,
                labels=names,
                templates=forms,
                vectors=event.result,
            )

        self._work.submit(
            encoding.encode_queries,
            key="encode-labels",
            title=f"Encoding {counted(len(names), 'label')}",
            lane="device",
            then=Then(finished=encoded),
            texts=zero_shot.prompts_of(names, forms),
            provenance=space.provenance,
        )

    def _labeled(self, event: Finished) -> None:
        nearest, margin = event.result
        space = self._store.state.document.space(nearest.space_id)
        if space is None:
            return

        def change(state: State) -> State:
            made = states.add_column(states.add_column(state, nearest), margin)
            made = dataclasses.replace(made, message=_summary(space, nearest.how))
            if state.active_space != nearest.space_id:
                return made
            restyled = states.restyled(made, color_by=nearest.name, limits=None, center=None)
            return dataclasses.replace(restyled, hidden=frozenset())

        self._store.apply(change, undo="Color by typed labels")


def _summary(space: Space, how: str) -> str:
    return f"{counted(space.n, 'item')} labeled. {how}"

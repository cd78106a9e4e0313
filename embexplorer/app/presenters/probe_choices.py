"""What there is to choose for a bias probe: probes, columns, encoders, and spaces to compare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from embexplorer.app.extended_space import origin
from embexplorer.core.contracts import Encoder, Probe
from embexplorer.core.params import fields_of
from embexplorer.operations.encoder_pool import ANY_MODEL, named_encoder
from embexplorer.operations.find_rows import WORD
from embexplorer.operations.set_reach import reach_of

if TYPE_CHECKING:
    from embexplorer.app.presenters.known_sets import KnownSets
    from embexplorer.app.store import Store
    from embexplorer.core.item_sets import ItemSets
    from embexplorer.core.space import Space
    from embexplorer.operations.context import Context

FIRST = "weat"  # the probe that a person sees first
MITIGATED = "debias "  # how the reader of a space begins that a mitigation made
LEAST = "hashing"  # the encoder that understands least, and is always there
TEMPLATES = "templates"  # a probe with this parameter can have its sentences encoded


@dataclass(frozen=True, slots=True)
class EncoderChoice:
    """An encoder that may read sentences; `name` is an id, or the model of a space."""

    name: str
    title: str
    params: Mapping[str, Any] = field(default_factory=dict)


class ProbeChoices:
    """What the bias panel and the battery list."""

    def __init__(self, store: Store, context: Context, known: KnownSets) -> None:
        self._store = store
        self._context = context
        self._known = known

    @property
    def space_id(self) -> str:
        """The active space."""
        return self._store.state.active_space

    def probes(self) -> tuple[Probe, ...]:
        """Return the probes, the best known first."""
        found = sorted(self._context.registry.all(Probe), key=lambda one: one.title.lower())
        return tuple(sorted(found, key=lambda one: one.id != FIRST))

    def find(self, probe_id: str) -> Probe:
        """Return a probe by its id."""
        return self._context.registry.get(Probe, probe_id)

    def sets_for(self, probe_id: str) -> dict[str, ItemSets]:
        """Return the built-in item sets that a probe takes, by their names."""
        return self._known.built_in_for(self.find(probe_id).asks)

    def kept_sets_for(self, probe_id: str) -> tuple[ItemSets, ...]:
        """Return the item sets of the project that a probe takes."""
        return self._known.kept_for(self.find(probe_id).asks)

    def columns(self) -> tuple[str, ...]:
        """Return the columns of the active space that may name words, the likeliest first."""
        space = self._store.state.space
        return () if space is None else text_columns(space)

    def has_words(self) -> bool:
        """Return whether the active space has the column that sentences about words have."""
        return WORD in self.columns()

    def encodes(self, probe_id: str) -> bool:
        """Return whether a probe can have sentences of its words encoded."""
        return any(one.name == TEMPLATES for one in fields_of(self.find(probe_id).params))

    def encoders(self) -> tuple[EncoderChoice, ...]:
        """Return the encoders that can read sentences now, that of the active space first."""
        space = self._store.state.space
        there = {one.id: one for one in self._context.registry.all(Encoder) if one.is_available}
        found = {}
        if space is not None and space.provenance.encoder in there:
            name, params = named_encoder(space.provenance)
            title = there[space.provenance.encoder].title if name in there else Path(name).name
            found[name] = EncoderChoice(name, f"{title}, as this space", params)
        for one in sorted(there.values(), key=lambda one: one.id == LEAST):
            if one.id != ANY_MODEL:  # which is nothing without a model
                found.setdefault(one.id, EncoderChoice(one.id, one.title))
        return tuple(found.values())

    def notes_on(self, probe_id: str) -> dict[ItemSets, tuple[str, str]]:
        """Return what the active space has of each of the sets, and what it lacks."""
        reach, asks = self._store.state.reach, self.find(probe_id).asks
        space = self._store.state.active_space
        if reach is None or reach.space_id != space:
            return {}
        every = (*self._known.built_in_for(asks).values(), *self._known.kept_for(asks))
        found = {one: reach_of(one, asks, reach) for one in every}
        return {sets: (one.counts, one.lacks) for sets, one in found.items() if one is not None}

    def encoder_params(self, name: str) -> Mapping[str, Any]:
        """Return the parameters that an encoder is to have, by its name."""
        return next((one.params for one in self.encoders() if one.name == name), {})

    def originals(self) -> tuple[Space, ...]:
        """Return the other open spaces, first the one that the active space was made of."""
        state = self._store.state
        space = state.space
        if space is None:
            return ()
        first = _made_of(space)
        others = [one for one in state.document.spaces if one.id != space.id]
        return tuple(sorted(others, key=lambda one: one.id != first))

    def first_original(self) -> str:
        """Return the id of the space that the active one was made of, if it is open."""
        space, others = self._store.state.space, self.originals()
        is_there = space is not None and bool(others) and others[0].id == _made_of(space)
        return others[0].id if is_there else ""


def text_columns(space: Space) -> tuple[str, ...]:
    """Return the columns of text or categories that a space was read with, `WORD` first."""
    columns = origin(space).columns
    found = [name for name, values in columns.items() if _is_text(values.type)]
    return tuple(sorted(found, key=lambda name: name != WORD))


def _made_of(space: Space) -> str:
    """Return the id of the space that a mitigation made this one of; empty for others."""
    made = space.provenance
    return str(made.params["of"]["id"]) if made.reader.startswith(MITIGATED) else ""


def _is_text(kind: pa.DataType) -> bool:
    held = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(held) or pa.types.is_large_string(held))

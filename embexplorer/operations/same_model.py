"""Whether the vectors of two spaces may be compared: what is known of their models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from embexplorer.core.errors import UserError

if TYPE_CHECKING:
    from embexplorer.core.space import Space


def check_same_model(space: Space, new: Space) -> tuple[str, ...]:
    """Return what must be known before items of one space are placed among those of another.

    Raises
    ------
    UserError
        When they have another number of dimensions, or another model is known to have made them.
    """
    if new.d != space.d:
        raise UserError(
            "Vectors of another model",
            f"“{new.name}” has {new.d:,} dimensions, “{space.name}” has {space.d:,}.",
            "Choose a map of a space from the same model.",
        )
    theirs, ours = space.provenance, new.provenance
    if not (theirs.encoder and ours.encoder):
        return (
            f"Nothing says that “{new.name}” and “{space.name}” come from the same model: they "
            f"have {space.d:,} dimensions each, and were taken at that.",
        )
    if (theirs.encoder, theirs.revision) != (ours.encoder, ours.revision):
        raise UserError(
            "Vectors of another model",
            f"“{new.name}” was encoded by {_model(new)}, “{space.name}” by {_model(space)}.",
            f"Encode the new items as “{space.name}” was.",
        )
    if dict(theirs.params) != dict(ours.params):
        names = sorted(
            name
            for name in {*theirs.params, *ours.params}
            if theirs.params.get(name) != ours.params.get(name)
        )
        return (f"The spaces were encoded with different settings: {', '.join(names)}.",)
    return ()


def _model(space: Space) -> str:
    made = space.provenance
    return f"{made.encoder} ({made.revision[:8]})" if made.revision else made.encoder

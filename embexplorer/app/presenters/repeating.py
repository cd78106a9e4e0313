"""What was done last, as words that do it again and as words that tell how it was made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from embexplorer.core.contracts import ProjectionMethod
from embexplorer.core.errors import UserError
from embexplorer.operations.encoder_pool import named_encoder
from embexplorer.operations.methods_text import Methods, caption_of, describe_methods
from embexplorer.operations.repeat import (
    FindNeighbors,
    RunProbe,
    SolveAnalogy,
    clustered,
    plain_source,
    projected,
    source_of,
)
from embexplorer.operations.repeat_command import as_command_line
from embexplorer.operations.repeat_python import as_python

if TYPE_CHECKING:
    from embexplorer.app.state import BiasQuestion, State
    from embexplorer.core.derived import Clusters
    from embexplorer.core.space import Space
    from embexplorer.operations.context import Context
    from embexplorer.operations.repeat import Action

Language = Literal["command", "python"]


def action_of(state: State, tab: str) -> Action:
    """Return what the open tab of the inspector answers, else what made the map.

    Raises
    ------
    UserError
        When there is nothing, or nothing that can be made again.
    """
    space, asked, solved = state.space, state.neighbors, state.analogy
    if space is None:
        raise UserError("Nothing to repeat", "No space is open.", "Open a file first.")
    if tab == "Neighbors" and asked is not None and asked.answer is not None:
        is_free_text = not len(asked.answer.inputs)
        encoder = space.provenance.encoder if is_free_text else ""
        source = source_of(space)
        return FindNeighbors(source, asked.text, asked.k, asked.metric, encoder=encoder)
    if tab == "Analogy" and solved is not None and solved.answer is not None:
        return SolveAnalogy(source_of(space), solved.a, solved.b, solved.c, solved.method)
    if tab == "Bias" and state.bias is not None and state.bias.answer is not None:
        return probed(state, space, state.bias)
    clusters = _named(state)
    if tab == "Contents" and clusters is not None:
        return clustered(space, clusters, state.document.projection(clusters.on))
    if state.projection is None:
        raise UserError("Nothing to repeat", "There is no map yet.", "Project the space first.")
    return projected(space, state.projection)


def probed(state: State, space: Space, asked: BiasQuestion) -> RunProbe:
    """Return the action that asks a probe again.

    Raises
    ------
    UserError
        When the space has no file, or the one that it was compared with is closed.
    """
    original = state.document.space(asked.original)
    if asked.original and original is None:
        raise UserError(
            "A space is closed",
            "The space that this one was compared with is no longer open.",
            "Open it, and run the probe again.",
        )
    is_own = asked.encoder and asked.encoder == named_encoder(space.provenance)[0]
    return RunProbe(
        source_of(space),
        asked.probe,
        asked.sets,
        asked.params,
        asked.seed,
        ignore_case=asked.ignore_case,
        allow_missing=asked.allow_missing,
        uncertainty=asked.uncertainty is not None,
        word_column=asked.word_column,
        original=None if original is None else plain_source(original),
        encoder=asked.encoder,
        encoder_params=named_encoder(space.provenance)[1] if is_own else {},
    )


def repeat_text(action: Action, language: Language, context: Context) -> str:
    """Return the command line or the Python of an action."""
    return (as_command_line if language == "command" else as_python)(action, context)


def methods_of(state: State, context: Context) -> Methods | None:
    """Return how the map of the moment was made; None while no space is open."""
    space = state.space
    if space is None:
        return None
    projection = state.projection if state.live_coords is None else None
    return describe_methods(space, projection, context, clusters=_named(state))


def _named(state: State) -> Clusters | None:
    """Return the clusters whose names are on the map."""
    return next((item for item in state.document.clusters if item.id == state.style.labels), None)


def caption_of_map(state: State, context: Context) -> str:
    """Return the line under a picture of the map: method and quality; empty without a map."""
    live, projection = state.live, state.projection
    if state.space is None:
        return ""
    if live is not None and state.live_coords is not None:
        title = context.registry.get(ProjectionMethod, live.method).title
        return f"{title} of {state.space.name}, while it was running: not a finished map."
    return "" if projection is None else caption_of(state.space, projection, context)

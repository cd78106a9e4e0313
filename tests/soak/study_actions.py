"""What a random user does with bias, mitigation, derived columns, options and tables to join."""

from __future__ import annotations

from typing import TYPE_CHECKING

from embexplorer.ui.options_dialog import show_options

if TYPE_CHECKING:
    import random

    from tests.soak.random_user import RandomUser

MOST_CELLS = 3  # sets of a battery


def probe(user: RandomUser, rng: random.Random) -> None:
    """Run a probe of the Bias panel, or go on with its answer."""
    bias, asked = user.services.bias, user.state.bias
    if user.state.space is None:
        return
    if asked is not None and asked.answer is not None and rng.random() < 0.4:
        rng.choice([bias.color_by_scores, bias.clear, bias.cancel])()
        return
    chosen = rng.choice(bias.choices.probes())
    sets = sorted(bias.choices.sets_for(chosen.id))
    if sets:
        bias.ask(chosen.id, rng.choice(sets), allow_missing=rng.random() < 0.7)


def battery(user: RandomUser, rng: random.Random) -> None:
    """Run a few probes on a few item sets, or cancel that."""
    running = user.services.battery
    if rng.random() < 0.3:
        running.cancel()
        return
    spaces = [space.id for space in user.state.document.spaces]
    sets = [choice.sets for choice in rng.sample(running.sets(), MOST_CELLS)]
    probes = [one.id for one in running.probes(sets)]
    if spaces and probes:
        running.run(
            rng.sample(spaces, min(2, len(spaces))),
            rng.sample(probes, min(2, len(probes))),
            sets,
            allow_missing=True,
        )


def debias(user: RandomUser, rng: random.Random) -> None:
    """Make a space with less bias of the active one, or cancel that."""
    mitigating, space = user.services.mitigating, user.state.space
    if rng.random() < 0.2:
        mitigating.cancel()
    elif space is not None and user.has_room:
        method = rng.choice([one.id for one in mitigating.methods()])
        sets = sorted(mitigating.sets_for(method))
        if sets:
            mitigating.make(space.id, method, rng.choice(sets), allow_missing=True)


def derive(user: RandomUser, rng: random.Random) -> None:
    """Work out a value for each item."""
    deriving = user.services.deriving
    if user.state.space is not None and len(user.state.document.columns) < 20:
        rng.choice(
            [deriving.similarity, deriving.neighbor_distance, deriving.density, deriving.trust]
        )()


def open_with_options(user: RandomUser, rng: random.Random) -> None:
    """Look into a file before it is opened."""
    if user.has_room:
        window = user.window
        show_options(window.theme, user.services.opening, rng.choice(user.files), window)


def join(user: RandomUser, rng: random.Random) -> None:
    """Match a table with the active space."""
    if user.state.space is not None:
        user.window.shell.show_join(rng.choice(user.files))

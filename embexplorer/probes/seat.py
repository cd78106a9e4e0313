"""SEAT: WEAT over sentences that say hardly more than a word each."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Annotated

from embexplorer.core.contracts import Asks, Probe, Probed, Probing
from embexplorer.core.params import Doc
from embexplorer.measures.set_association import (
    AssociationParams,
    find_association,
    mean_by_owner,
    measure_association,
)

TEMPLATES = (
    "This is {word}.",
    "That is {word}.",
    "There is {word}.",
    "Here is {word}.",
    "{word} is here.",
    "{word} is there.",
)


@dataclass(frozen=True)
class SeatParams(AssociationParams):
    """Parameters of SEAT."""

    templates: Annotated[
        str,
        Doc(
            "Templates",
            "Sentences that each word is put into, between | signs or one a line: {word} as it is, "
            "{a_word} with a or an, {words} in the plural that is given as a form.",
            between=" | ",
        ),
    ] = " | ".join(TEMPLATES)
    forms: Annotated[
        str,
        Doc(
            "Forms",
            "Plurals, and articles that a rule would get wrong: mouse: mice; hour: an hour, hours.",
            advanced=True,
            between="; ",
        ),
    ] = ""


def run(probing: Probing) -> Probed:
    """Return the association test of all sentences, each as one item of its set.

    References
    ----------
    May, Wang, Bordia, Bowman and Rudinger 2019, On measuring social biases in sentence encoders,
    NAACL.
    """
    found = find_association(probing)
    n_words = sum(len(group.names) for group in probing.targets)
    n_sentences = sum(len(group) for group in probing.targets)
    return dataclasses.replace(
        found,
        details={
            **found.details,
            "sentences": {
                group.key: len(group) for group in (*probing.targets, *probing.attributes)
            },
            "per_word": mean_by_owner(probing, found.per_item),
        },
        notes=(
            f"The {n_sentences:,} sentences of the targets are about {n_words:,} words only: those "
            "of one word are not independent, so p is smaller than it should be.",
            *found.notes,
        ),
    )


plugin = Probe(
    id="seat",
    title="SEAT",
    summary="WEAT over sentences: an encoder reads each word in templates.",
    params=SeatParams,
    source=(
        "May, Wang, Bordia, Bowman and Rudinger 2019, On measuring social biases in sentence "
        "encoders, NAACL, https://aclanthology.org/N19-1063"
    ),
    asks=Asks(targets=2, attributes=2, word_column=True),
    formula=(
        "d = (mean over sentences of X of s − mean over sentences of Y of s) / standard deviation "
        "of s over both"
    ),
    run=run,
    measure=measure_association,
)

"""Sets of items that stand for something, such as flowers and insects: what a probe asks about."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ItemSet:
    """Some items under one name; a word may be there once only."""

    name: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ItemSets:
    """All sets that one question needs.

    Parameters
    ----------
    name
        What the question is called, such as ``gender-career``.
    targets
        What is compared, such as male and female names: X and Y of a test.
    attributes
        What it is compared by, such as career and family: A and B of a test.
    pairs
        Pairs of opposites, such as she and he, the first on the positive side.
    words
        Further items that are looked at one by one, such as occupations; None for none.
    specific
        Items that are of one side by definition, such as mother, which no probe counts as
        biased and which keep their difference where bias is taken out.
    equalize
        Sets of two or more items, such as grandmother and grandfather, of which all others shall
        be equally far afterwards.
    citation, language, license
        Where the sets are from, the ISO 639-1 code of their language, and what they may be used
        for.
    note
        What a person must know, such as what was shortened.
    also
        Further names that people look for.
    """

    name: str
    targets: tuple[ItemSet, ...] = ()
    attributes: tuple[ItemSet, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    words: ItemSet | None = None
    specific: tuple[str, ...] = ()
    equalize: tuple[tuple[str, ...], ...] = ()
    citation: str = ""
    language: str = ""
    license: str = ""
    note: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a space has of a set.

    Parameters
    ----------
    key
        How results call the set: X, Y, A, B, T1, A1, pairs, words or equalize.
    name
        What a person calls it.
    asked, used, missing
        Items that were asked for, each once; those in the space; those that are not.
    left_out
        Items in the space that cannot be used, with the reason.
    repeated
        Items that the set named more than once; they count once.
    """

    key: str
    name: str
    asked: tuple[str, ...]
    used: tuple[str, ...]
    missing: tuple[str, ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()
    repeated: tuple[str, ...] = ()

    @property
    def lost(self) -> float:
        """Share of the items that are not used, 0 to 1."""
        return 1.0 - len(self.used) / len(self.asked) if self.asked else 0.0

"""The commonest words of some languages: where they stand says how a list of words is ordered."""

from __future__ import annotations

_COMMON = {
    "en": "the of and to in a is that for on was with as it by at from be this are or an have not "
    "but he they which his you",
    "de": "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch "
    "es an werden aus er hat dass sie nach",
    "fr": "de la le et les des en un du une que est pour qui dans par plus pas au sur ne se avec "
    "ce il sont son ou elle cette",
    "es": "de la que el en y a los se del las un por con no una su para es al lo como más o pero "
    "sus le ha este sí",
}

COMMON = {language: tuple(words.split()) for language, words in _COMMON.items()}

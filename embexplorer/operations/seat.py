"""Sentences about words: templates filled with the words of item sets, and encoded to a space."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from embexplorer.core.contracts import Probe
from embexplorer.core.errors import UserError
from embexplorer.core.params import build
from embexplorer.core.progress import Progress
from embexplorer.operations.encode import encode, texts_of
from embexplorer.operations.find_groups import list_some
from embexplorer.operations.find_rows import WORD, items_of
from embexplorer.operations.probe import as_sets, probe

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from embexplorer.core.item_sets import ItemSets
    from embexplorer.core.probe_results import ProbeResult
    from embexplorer.core.space import Space, Texts
    from embexplorer.operations.context import Context
    from embexplorer.operations.encoder_pool import EncoderPool

TEMPLATE = "template"  # column of the template that a sentence is made by
PLACE = re.compile(r"\{(?:word|a_word|words)\}")
VOWELS = "aeiou"
EXAMPLE = 'Write them as in "This is {word}. | This is {a_word}. | These are {words}."'


class Forms(NamedTuple):
    """How a word reads with its article and in the plural; an empty text is not known."""

    with_article: str = ""
    plural: str = ""


def probe_sentences(
    sets: ItemSets | Mapping[str, Any] | str,
    encoder: str,
    context: Context,
    *,
    probe_id: str = "seat",
    params: Mapping[str, Any] | None = None,
    encoder_params: Mapping[str, Any] | None = None,
    device: str = "auto",
    download: bool = False,
    allow_missing: bool = False,
    seed: int = 0,
    progress: Progress | None = None,
    pool: EncoderPool | None = None,
) -> tuple[Space, ProbeResult]:
    """Return the sentences of the words of the sets as a space, and what a probe finds in it.

    Parameters
    ----------
    encoder, encoder_params, device, download, pool
        As `operations.encode.encode` takes them.
    probe_id, params, allow_missing, seed
        As `operations.probe.probe` takes them; the probe must have templates.

    Raises
    ------
    UserError
        When the templates make no sentence of a word, or as `encode` and `probe` do.
    CancelledError
        When the person cancelled.
    """
    progress = progress or Progress()
    chosen = context.registry.get(Probe, probe_id)
    asked = as_sets(sets)
    settings: Any = build(chosen.params, params or {})
    if not hasattr(settings, "templates"):
        raise UserError(
            "This probe makes no sentences",
            f"{chosen.title} has no templates that an encoder could read.",
            "Give a space, or choose the probe seat.",
        )
    sentences = write_sentences(
        sorted(items_of(asked)), settings.templates, settings.forms, name=asked.name
    )
    made = encode(
        sentences,
        encoder,
        context,
        params=encoder_params,
        device=device,
        download=download,
        name=f"{asked.name} in sentences, {encoder}",
        progress=progress.part(0.0, 0.8),
        pool=pool,
    )
    found = probe(
        made.space,
        probe_id,
        asked,
        context,
        params=params,
        allow_missing=allow_missing,
        seed=seed,
        progress=progress.part(0.8, 1.0),
    )
    notes = dict.fromkeys([*found.notes, *made.space.provenance.notes])
    how = f"{found.how[:-1]}; sentences from {settings.templates}, encoded by {encoder}."
    return made.space, dataclasses.replace(found, how=how, notes=tuple(notes))


def write_sentences(words: Iterable[str], templates: str, forms: str, *, name: str) -> Texts:
    """Return each template filled with each word: columns `word` and `template`.

    A sentence is there once; where two words give the same, it counts for the first. A word whose
    plural is not among the forms has no sentence from a template that asks for it. A sentence
    begins with a capital.

    Raises
    ------
    UserError
        When there is no template, one has no place for the word, or a form cannot be read.
    """
    every = read_templates(templates)
    known = read_forms(forms)
    items: list[str] = []
    columns: dict[str, list[str]] = {WORD: [], TEMPLATE: []}
    owners: dict[str, str] = {}
    without_plural: list[str] = []
    shared: list[str] = []
    for word in words:
        form = known.get(word, Forms())
        for template in every:
            if "{words}" in template and not form.plural:
                without_plural.append(word)
                continue
            sentence = fill(template, word, form)
            if sentence in owners:
                if owners[sentence] != word:
                    shared.append(f"“{sentence}” for {owners[sentence]}, not for {word}")
                continue
            owners[sentence] = word
            items.append(sentence)
            columns[WORD].append(word)
            columns[TEMPLATE].append(template)
    notes = []
    if without_plural:
        some = list(dict.fromkeys(without_plural))
        notes.append(
            "Words without a sentence from templates with {words}, as no plural of theirs is "
            f"given: {list_some(some)}."
        )
    if shared:
        notes.append(f"Sentences that two words have in common count once: {list_some(shared)}.")
    if not items:
        raise UserError("No sentences", f"{templates} makes no sentence of these words.", EXAMPLE)
    texts = texts_of(items, columns)
    provenance = dataclasses.replace(texts.provenance, source=name, notes=tuple(notes))
    return dataclasses.replace(texts, name=name, provenance=provenance)


def read_templates(text: str) -> tuple[str, ...]:
    """Return the templates in a text, each once.

    Raises
    ------
    UserError
        When there is none, or one has no place for the word.
    """
    found = tuple(dict.fromkeys(part for one in re.split(r"[|\n]", text) if (part := one.strip())))
    if not found:
        raise UserError("No templates", "There is no template to put words into.", EXAMPLE)
    for template in found:
        rest = PLACE.sub("", template)
        if rest == template or "{" in rest or "}" in rest:
            raise UserError(
                "A template does not fit",
                f"“{template}” has no {{word}}, {{a_word}} or {{words}}, or other braces.",
                EXAMPLE,
            )
    return found


def read_forms(text: str) -> dict[str, Forms]:
    """Return the forms by word of a text such as ``mouse: mice; hour: an hour, hours``.

    Raises
    ------
    UserError
        Naming the part that cannot be read.
    """
    found = {}
    for part in filter(None, (one.strip() for one in re.split(r"[;\n]", text))):
        word, colon, rest = part.partition(":")
        given = [one.strip() for one in rest.split(",") if one.strip()]
        with_article = [one for one in given if one.startswith(("a ", "an "))]
        plurals = [one for one in given if one not in with_article]
        if not colon or not given or len(with_article) > 1 or len(plurals) > 1:
            raise UserError(
                "Forms that cannot be read",
                f"“{part}” is not a word, a colon and its forms.",
                'Write them as in "mouse: mice; hour: an hour, hours".',
            )
        found[word.strip()] = Forms("".join(with_article), "".join(plurals))
    return found


def fill(template: str, word: str, form: Forms) -> str:
    """Return the sentence that a template makes of a word; it begins with a capital."""
    article = "an" if word[:1].lower() in VOWELS else "a"
    texts = {
        "{word}": word,
        "{a_word}": form.with_article or f"{article} {word}",
        "{words}": form.plural,
    }
    filled = PLACE.sub(lambda found: texts[found[0]], template)
    return filled[:1].upper() + filled[1:]

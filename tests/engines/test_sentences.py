# ruff: noqa: RUF001  stops and quotes of other scripts look like Latin ones
from __future__ import annotations

import time

import pytest

from embexplorer.engines.sentences import split_sentences

# Sentences of a text, with | where one ends.
CASES = {
    "abbreviations": [
        "Dr. Smith met J. Doe. | They spoke.",
        "Mr. and Mrs. Brown vs. Dr. No. | A film.",
        "Smith et al. found it. | The rest failed.",
        "J. R. Smith et al. (2003) say so. | We agree.",
        "It was Jan. 3, 2020. | It snowed.",
        "See pp. 12-14 and No. 5. | Then stop.",
    ],
    "abbreviations that end a sentence": [
        "She lives in the U.S. | The house is big.",
        "The U.S. Army came. | It left.",
        "He works at Apple Inc. | He likes it.",
        "It was 5 p.m. | Everyone was gone.",
        "We use vitamin C. | The dose is small.",
    ],
    "words that look like abbreviations": [
        "He said no. | Then he left.",
        "The sun. | It rose at 5 a.m. | We left.",
    ],
    "numbers": [
        "Pi is 3.14. | E is 2.72.",
        "In 1999. | Then came 2000.",
        "1. The first point is clear. | It holds.",
    ],
    "quotes": [
        "“Is it?” she asked. | “Yes.” | He left.",
        "„Kommst du?“, fragte er. | „Ja.“ | Sie ging.",
        "« Bonjour ! » dit-il. | Elle sourit.",
        "« Tu viens ? » | Il partit.",
        "— ¡Hola! —dijo Ana. | —Adiós.",
    ],
    "German": [
        "Das ist z. B. die Katze. | Sie schläft.",
        "Das ist z.B. Berlin. | Dort regnet es.",
        "Am 1. Januar kam er. | Es schneite.",
        "Im 19. Jahrhundert war das anders. | Heute nicht.",
        "Prof. Dr. Müller sprach. | Er war gut.",
        "Das kostet ca. 5 Mio. Euro. | Das ist viel.",
        "Wir wohnen in der Hauptstr. 5. | Es ist laut.",
        "Das gilt gem. § 5 Abs. 2 BGB. | So ist es.",
        "Äpfel, Birnen usw. | Die Liste ist lang.",
    ],
    "French": [
        "M. Dupont est venu. | Il a parlé.",
        "C'est une ville, p. ex. Paris. | C'est grand.",
        "En 50 av. J.-C. César gagna. | Rome fêta.",
    ],
    "Spanish": [
        "La Dra. López y el Dr. Ruiz trabajan. | ¿Dónde? | ¡Aquí!",
        "En EE. UU. hay más. | No importa.",
        "Véase la pág. 7. | Es útil.",
    ],
    "other scripts": ["Он пришёл. | Она ушла.", "यह सच है। | वह गया।", "مرحبا؟ | نعم."],
}


@pytest.mark.parametrize(("subject", "texts"), CASES.items(), ids=list(CASES))
def test_sentences_end_where_a_reader_ends_them(subject, texts):
    for text in texts:
        sentences = text.split(" | ")
        assert split_sentences(" ".join(sentences)) == sentences, subject


def test_chinese_and_japanese_stops_need_no_blank():
    assert split_sentences("什么！？真的。走了。") == ["什么！？", "真的。", "走了。"]
    assert split_sentences("価格は3.14円です。はい。") == ["価格は3.14円です。", "はい。"]


@pytest.mark.parametrize("text", ["." * 100_000, "a. " * 30_000, "! » " * 30_000, '!"' * 50_000])
def test_a_text_of_stops_takes_no_longer_than_its_length(text):
    started = time.process_time()
    assert "".join(split_sentences(text)).replace(" ", "") == text.replace(" ", "")
    assert time.process_time() - started < 5  # a square of the length would be minutes

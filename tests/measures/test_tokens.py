from __future__ import annotations

import pytest

from embexplorer.measures.tokens import tokenize


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("The cat; the DOG.", ["the", "cat", "the", "dog"]),
        ("It's the king’s, don't!", ["it's", "the", "king's", "don't"]),
        ("'quoted' words'", ["quoted", "words"]),
        ("in 2024, 3.5 or 1,000", ["in", "or"]),
        ("covid19 and B2B", ["covid19", "and", "b2b"]),
        ("snake_case new_york", ["snake", "case", "new", "york"]),
        ("Привет, МИР 42", ["привет", "мир"]),
        ("cafe\u0301 café", ["café", "café"]),
        ("हिन्दी भाषा", ["हिन्दी", "भाषा"]),
        ("العَرَبِيَّة لغة", ["العَرَبِيَّة", "لغة"]),
        ("한국어 문장", ["한국어", "문장"]),
        ("२०२४ ٢٠٢٤", []),
    ],
)
def test_words_of_any_script_are_lower_cased_and_numbers_dropped(text, words):
    assert tokenize(text) == words


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("我爱北京", ["我爱", "爱北", "北京"]),
        ("人", ["人"]),
        ("東京2024年", ["東京", "年"]),
        ("ABC株式会社。", ["abc", "株式", "式会", "会社"]),
        ("カメラだ", ["カメ", "メラ", "ラだ"]),
        # A vowel sign or tone mark stays with its consonant.
        ("กินข้าว", ["กิน", "นข้", "ข้า", "าว"]),
    ],
)
def test_scripts_without_spaces_give_pairs_of_characters(text, tokens):
    assert tokenize(text) == tokens

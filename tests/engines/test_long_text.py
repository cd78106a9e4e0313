from __future__ import annotations

from embexplorer.engines.long_text import split_text


def count_letters(texts):
    """A token is a letter, so that sizes can be read off."""
    return [sum(not char.isspace() for char in text) for text in texts]


def test_a_text_that_fits_comes_back_whole_with_its_spaces():
    assert split_text(" ab  cd ", count_letters, 4) == [" ab  cd "]


def test_parts_end_between_words_and_are_as_long_as_they_can_be():
    assert split_text("aa bb cc ddd e", count_letters, 4) == ["aa bb", "cc", "ddd e"]


def test_spaces_inside_a_part_are_kept():
    assert split_text("aa\n bb cc", count_letters, 4) == ["aa\n bb", "cc"]


def test_a_word_that_is_too_long_is_halved():
    assert split_text("x abcdefgh y", count_letters, 4) == ["x", "abcd", "efgh", "y"]


def test_words_that_take_more_tokens_together_are_split_all_the_same():
    def count(texts):
        return [len(text.split()) + text.count(" ") for text in texts]

    assert split_text("a b c", count, 3) == ["a", "b c"]


def test_an_empty_text_is_one_part():
    assert split_text("", count_letters, 1) == [""]

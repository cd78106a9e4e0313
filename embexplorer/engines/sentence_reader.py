"""How a sentence-transformers model reads texts: its prompt, tokens, and long texts."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import numpy as np

from embexplorer.core.errors import UserError
from embexplorer.engines.long_text import split_text
from embexplorer.engines.model_loading import prompt_of, set_max_tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from sentence_transformers import SentenceTransformer

    from embexplorer.engines.encoder_params import TextEncoderParams


class SentenceReader:
    """The tokenizer of a model, used by one thread at a time.

    `max_tokens` are read of a text, None without a limit, and `prompt` stands before it.

    Raises
    ------
    UserError
        When more tokens are asked for than the model reads, or the prompt leaves no room.
    """

    def __init__(self, model: SentenceTransformer, params: TextEncoderParams) -> None:
        self._model = model
        self._lock = threading.Lock()
        self.prompt = prompt_of(model, params.prompt)
        self.max_tokens = set_max_tokens(model, params.max_tokens)
        self._is_split = params.too_long == "split" and self.max_tokens is not None
        self._added_tokens = 0  # by the prompt and the model
        if self.max_tokens is not None:
            self._added_tokens = len(self._token_ids([self.prompt], special=True)[0])
            if self._added_tokens >= self.max_tokens:
                raise UserError(
                    "No room for the text",
                    f"The prompt fills {self._added_tokens} of {self.max_tokens} tokens.",
                    "Choose a shorter prompt, or more tokens.",
                )

    def parts_of(self, texts: Sequence[str]) -> list[list[str]]:
        """Return the parts of each text: one, unless it is too long and to be split."""
        if not self._is_split or self.max_tokens is None:
            return [[text] for text in texts]
        room = self.max_tokens - self._added_tokens
        return [
            split_text(text, self.count_tokens, room) if is_long else [text]
            for text, is_long in zip(texts, self.find_too_long(texts), strict=True)
        ]

    def find_too_long(
        self, texts: Sequence[str], lengths: NDArray[np.int64] | None = None
    ) -> NDArray[np.bool_]:
        """Return which of the texts are longer than `max_tokens`.

        Parameters
        ----------
        lengths
            Tokens of each text after a cut, where they are known: shorter ones were not cut.
        """
        is_too_long = np.zeros(len(texts), bool)
        if self.max_tokens is None:
            return is_too_long
        # An ASCII character is at most one token, and a leading one may be added.
        room = self.max_tokens - self._added_tokens - 1
        maybe = [
            row
            for row, text in enumerate(texts)
            if not (text.isascii() and len(text) <= room)
            and (lengths is None or lengths[row] >= self.max_tokens)
        ]
        ids = self._token_ids([self.prompt + texts[row] for row in maybe], special=True)
        is_too_long[maybe] = [len(tokens) > self.max_tokens for tokens in ids]
        return is_too_long

    def features_of(self, texts: list[str]) -> dict[str, Any]:
        """Return what the model computes with, of the texts as far as it reads them."""
        # A model that also reads images would open a text that is a URL.
        inputs: list[Any] = texts
        if self._model.modalities != ["text"]:
            inputs = [{"text": text} for text in texts]
        with self._lock:
            return dict(self._model.preprocess(inputs, prompt=self.prompt or None))

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the number of tokens of each text, without those that the model adds."""
        return [len(tokens) for tokens in self._token_ids(texts, special=False)]

    def _token_ids(self, texts: Sequence[str], *, special: bool) -> list[list[int]]:
        if not texts:
            return []
        with self._lock:
            found = self._model.tokenizer(
                list(texts),
                add_special_tokens=special,
                truncation=False,
                padding=False,
                return_attention_mask=False,
                verbose=False,
            )
        ids: list[list[int]] = found["input_ids"]
        return ids

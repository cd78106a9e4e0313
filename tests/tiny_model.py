"""Real encoder folders, tiny and random, written with the libraries' own classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
WORDS = ("cat", "dog", "king", "queen", "man", "woman", "sat", "ran", "the", "a", "##s", "x", "y")


def write_plain_model(folder: Path, *, seed: int = 0, d: int = 16, positions: int = 24) -> Path:
    """Write a transformers folder: a BERT with a word list, no way of pooling."""
    import torch
    from transformers import BertConfig, BertModel, BertTokenizer

    folder.mkdir(parents=True)
    vocabulary = folder / "vocab.txt"
    vocabulary.write_text("\n".join((*SPECIAL, *WORDS)) + "\n", encoding="utf-8")
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=len(SPECIAL) + len(WORDS),
        hidden_size=d,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=positions,
    )
    BertModel(config).save_pretrained(folder)
    BertTokenizer(vocab=str(vocabulary)).save_pretrained(folder)
    return folder


def write_model(
    folder: Path, *, seed: int = 0, d: int = 16, max_tokens: int = 16, **model_kwargs: Any
) -> Path:
    """Write a sentence-transformers folder: BERT, mean pooling, unit length."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer

    plain = write_plain_model(folder.parent / f"{folder.name}-plain", seed=seed, d=d)
    modules = [Transformer(str(plain), max_seq_length=max_tokens), Pooling(d), Normalize()]
    model = SentenceTransformer(modules=modules, device="cpu", **model_kwargs)
    model.save(str(folder), create_model_card=False)
    return folder

"""Which names of columns say what they hold, in lower case, the surest first."""

from __future__ import annotations

ITEM_NAMES = ("item", "word", "token", "name", "title", "headline", "label", "key", "id")
TEXT_NAMES = (
    "text",
    "sentence",
    "content",
    "document",
    "doc",
    "body",
    "abstract",
    "review",
    "headline",
    "title",
    "description",
    "summary",
    "message",
    "tweet",
    "question",
    "comment",
    "passage",
    "paragraph",
)
VECTOR_NAMES = ("vector", "vectors", "embedding", "embeddings", "emb", "vec", "values", "features")
# Prefixes under which even a few numbered columns are a vector: v0, v1, v2.
VECTOR_PREFIXES = frozenset(
    (
        "",
        "v",
        "d",
        "e",
        "f",
        "x",
        "dim",
        "vec",
        "vector",
        "emb",
        "embedding",
        "feature",
        "component",
    )
)
# Prefixes under which two or three numbered columns are coordinates: umap_1, umap_2.
COORDS_PREFIXES = frozenset(
    (
        "umap",
        "tsne",
        "t-sne",
        "pca",
        "pacmap",
        "trimap",
        "mds",
        "isomap",
        "projection",
        "proj",
        "coord",
        "coords",
        "coordinate",
        "map",
    )
)
KNOWN_NAMES = frozenset((*ITEM_NAMES, *TEXT_NAMES, *VECTOR_NAMES, "category", "class", "date"))

"""Which names of arrays in a file of several say what they hold, the surest first."""

from __future__ import annotations

VECTOR_KEYS = ("vectors", "embeddings", "X", "x", "arr_0", "embedding", "vectors_norm")
ITEM_KEYS = ("items", "words", "labels", "names", "tokens", "vocab", "texts", "ids")
COORDS_KEYS = ("coords", "coordinates", "projection", "umap", "tsne", "pca", "xy")

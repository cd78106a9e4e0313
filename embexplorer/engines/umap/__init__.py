"""UMAP in its stages: fuzzy graph, curve, start, layout; the kernels are compiled by numba."""

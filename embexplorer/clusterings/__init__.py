"""Clustering methods, one plugin a file: ``plugin`` is a `core.contracts.Clustering`."""

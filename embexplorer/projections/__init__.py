"""Projection methods, one plugin a file: each constant ``plugin`` is a `core.contracts.ProjectionMethod`."""

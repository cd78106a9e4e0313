"""Projection methods, one plugin a file: ``plugin`` is a `core.contracts.ProjectionMethod`."""

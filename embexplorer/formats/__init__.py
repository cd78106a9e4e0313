"""File formats, one plugin a file: each constant ``plugin`` is a `core.contracts.Format`."""

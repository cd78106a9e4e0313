"""Text encoders, one plugin a file: each constant ``plugin`` is a `core.contracts.Encoder`."""

"""Pictures of a bias study as SVG, from plain values, without Qt."""

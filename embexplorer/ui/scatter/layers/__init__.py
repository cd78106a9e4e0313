"""Layers of a map, one file each: what is drawn under or over its points."""

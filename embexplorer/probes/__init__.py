"""The probes: one file, one plugin. What several share is in `embexplorer.measures.association`."""

"""The mitigations of bias: one file, one plugin. What several share is in `measures`."""

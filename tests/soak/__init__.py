"""Long tests that `make soak` runs: real processes, as often as they are told to."""

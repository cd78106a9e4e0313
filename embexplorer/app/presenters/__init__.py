"""What each panel shows and what its intents do, without a window."""

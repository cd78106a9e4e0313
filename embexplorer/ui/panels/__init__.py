"""The panels of the window; each shows the state and raises intents, none knows another."""

"""The application without its window: state, store, commands, presenters."""

"""How work runs beside the window: lanes, child processes, events."""

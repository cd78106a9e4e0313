"""What can be done, as plain functions that the window, the command line and Python all call."""

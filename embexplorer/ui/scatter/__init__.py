"""Draws the points of a map, and finds them again under the mouse."""

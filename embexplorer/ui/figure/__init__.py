"""Figures: the map at a size in millimeters, written as PNG, SVG, PDF or a web page."""

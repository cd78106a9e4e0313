"""What the ending of a file promises, before anything has looked into it."""

from __future__ import annotations

# Files that hold texts and nothing else.
CORPORA = (".txt", ".md", ".cor", ".text", ".html", ".htm", ".pdf", ".docx", ".epub")
VECTORS = (".vec", ".bin", ".npy", ".npz")

"""The nearest other items of every item: exact by a proof, or approximate with its recall."""

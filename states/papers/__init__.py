"""PAPERS: what kinds there are, whose they are, who signs them, and the life of one. No clock, no I/O."""

"""Evidence of the whole: the Merkle tree over all entries, and the checkpoints that bear its root outside."""

EXPORT_FORMAT = "duban-history/1"
"""What an exported history calls its form; another form gets another name."""

"""Evidence of the whole: the Merkle tree over all entries, and the checkpoints that bear its root outside."""

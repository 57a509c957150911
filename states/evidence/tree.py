"""The Merkle tree of RFC 9162 §2.1: root, growing by leaves, and the proof of a leaf with its check.

A leaf's hash is H(0x00 ‖ data), a node's H(0x01 ‖ left ‖ right), an empty tree's H of nothing. The left half
of a tree is the largest complete one that does not hold all of it, so that what was built once never changes.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

Hashes = tuple[bytes, ...]
LEAF, NODE = b"\x00", b"\x01"
HASH_BYTES = 32


def leaf_data(entry_hash: str, keyed_code: str) -> bytes:
    """What the tree holds of an entry: both as 32 bytes. Raises `ValueError` for what is no hash in hex."""
    parts = (bytes.fromhex(entry_hash), bytes.fromhex(keyed_code))
    if any(len(part) != HASH_BYTES for part in parts):
        raise ValueError("a hash has 64 hex digits")
    return b"".join(parts)


def leaf_hash(data: bytes, algorithm: str) -> bytes:
    """The hash of a leaf."""
    return hashlib.new(algorithm, LEAF + data).digest()


def node_hash(left: bytes, right: bytes, algorithm: str) -> bytes:
    """The hash of a node over its two halves."""
    return hashlib.new(algorithm, NODE + left + right).digest()


@dataclass(frozen=True, slots=True)
class Peaks:
    """A tree as far as its root and its growth go: the roots of its complete subtrees, left to right."""

    algorithm: str
    size: int = 0
    hashes: Hashes = ()

    def grown(self, leaves: Iterable[bytes]) -> "Peaks":
        """The tree after these leaf hashes were added at its right."""
        size, hashes, node = self.size, list(self.hashes), _joiner(self.algorithm)
        for leaf in leaves:
            hashes.append(leaf)
            size += 1
            for _ in range(_trailing_zeros(size)):
                right = hashes.pop()
                hashes[-1] = node(hashes[-1], right)
        return Peaks(self.algorithm, size, tuple(hashes))

    @property
    def root(self) -> bytes:
        """The root of the whole tree."""
        if not self.hashes:
            return hashlib.new(self.algorithm).digest()
        root = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            root = node_hash(left, root, self.algorithm)
        return root


class Levels:
    """A whole tree in memory, for many inclusion proofs: twice the hashes of its leaves."""

    def __init__(self, algorithm: str, leaves: Iterable[bytes]) -> None:
        node = _joiner(algorithm)
        self._levels = [list(leaves)]
        while len(self._levels[-1]) > 1:
            below = self._levels[-1]
            level = [node(*below[at : at + 2]) for at in range(0, len(below) - 1, 2)]
            self._levels.append(level + below[len(level) * 2 :])

    def proof(self, index: int) -> Hashes:
        """The neighbours from a leaf up to the root. Raises `IndexError` for a leaf that is not there."""
        if not 0 <= index < len(self._levels[0]):
            raise IndexError(index)
        found: list[bytes] = []
        for level in self._levels:
            if index ^ 1 < len(level):
                found.append(level[index ^ 1])
            index >>= 1
        return tuple(found)


def proves_inclusion(
    leaf: bytes, index: int, tree: tuple[int, bytes], proof: Sequence[bytes], algorithm: str
) -> bool:
    """Whether the proof shows the leaf at `index` of a tree given by size and root (RFC 9162 §2.1.3.2)."""
    size, root = tree
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for neighbour in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(neighbour, found, algorithm)
            place, last = _climbed(place, last)
        else:
            found = node_hash(found, neighbour, algorithm)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def _climbed(place: int, last: int) -> tuple[int, int]:
    """Past the levels at which the node at the right edge has no neighbour."""
    while place and not place & 1:
        place, last = place >> 1, last >> 1
    return place, last


def _trailing_zeros(size: int) -> int:
    return (size & -size).bit_length() - 1


def _joiner(algorithm: str) -> Callable[[bytes, bytes], bytes]:
    """`node_hash` without looking its algorithm up by name each time."""
    empty = hashlib.new(algorithm)

    def join(left: bytes, right: bytes) -> bytes:
        made = empty.copy()
        made.update(NODE + left + right)
        return made.digest()

    return join

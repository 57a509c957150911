"""The Merkle tree against the published vectors of RFC 6962, and against its definition written out."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.evidence.tree import Levels, Peaks, leaf_hash, proves_inclusion

DATA = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657",
                 "606162636465666768696a6b6c6d6e6f")
]  # fmt: skip
"""The eight leaves of Certificate Transparency's reference vectors."""

ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]

INCLUSION = {
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}

LEAVES = [leaf_hash(data, "sha256") for data in DATA]
FLIP = bytes([1]) + bytes(31)


def written_out(data, algorithm):
    """RFC 9162's definition of the root, letter by letter."""
    if not data:
        return hashlib.new(algorithm, b"").digest()
    if len(data) == 1:
        return hashlib.new(algorithm, b"\x00" + data[0]).digest()
    half = 1
    while half * 2 < len(data):
        half *= 2
    left, right = written_out(data[:half], algorithm), written_out(data[half:], algorithm)
    return hashlib.new(algorithm, b"\x01" + left + right).digest()


def flipped(hashed):
    return bytes(a ^ b for a, b in zip(hashed, FLIP, strict=True))


@pytest.mark.parametrize("size", range(9))
def test_the_root_is_the_published_one(size):
    assert Peaks("sha256").grown(LEAVES[:size]).root.hex() == ROOTS[size]
    assert written_out(DATA[:size], "sha256").hex() == ROOTS[size]


@pytest.mark.parametrize(("index", "size"), INCLUSION)
def test_an_inclusion_proof_is_the_published_one(index, size):
    proof = Levels("sha256", LEAVES[:size]).proof(index)
    assert [one.hex() for one in proof] == INCLUSION[index, size]


@pytest.mark.parametrize("algorithm", ["sha256", "sm3"])
@given(data=st.lists(st.binary(max_size=4), max_size=40), cut=st.integers(0, 40))
def test_a_tree_that_grew_has_the_root_of_the_definition(algorithm, data, cut):
    leaves = [leaf_hash(one, algorithm) for one in data]
    grown = Peaks(algorithm).grown(leaves[:cut]).grown(leaves[cut:])
    assert (grown.size, grown.root) == (len(data), written_out(data, algorithm))
    assert len(grown.hashes) == len(data).bit_count()


def a_tree(size):
    leaves = [leaf_hash(bytes([place]), "sm3") for place in range(size)]
    return leaves, (size, Peaks("sm3").grown(leaves).root)


@pytest.mark.parametrize("size", range(1, 34))
def test_every_leaf_is_proved_at_its_place_and_nowhere_else(size):
    leaves, tree = a_tree(size)
    for index, leaf in enumerate(leaves):
        proof = Levels("sm3", leaves).proof(index)
        assert proves_inclusion(leaf, index, tree, proof, "sm3")
        wrong = {place for place in range(-1, size + 1) if place != index}
        assert not any(proves_inclusion(leaf, place, tree, proof, "sm3") for place in wrong)


@pytest.mark.parametrize("size", [2, 7, 8, 13])
def test_an_inclusion_proof_of_another_thing_proves_nothing(size):
    leaves, (_, root) = a_tree(size)
    proof = Levels("sm3", leaves).proof(1)
    changed = [(*proof[:place], flipped(proof[place]), *proof[place + 1 :]) for place in range(len(proof))]
    for other in (*changed, proof[:-1], (*proof, root)):
        assert not proves_inclusion(leaves[1], 1, (size, root), other, "sm3")
    assert not proves_inclusion(flipped(leaves[1]), 1, (size, root), proof, "sm3")
    assert not proves_inclusion(leaves[1], 1, (size, flipped(root)), proof, "sm3")
    assert not proves_inclusion(leaves[1], 1, (size, root), proof, "sha256")


def test_no_proof_is_made_of_what_the_tree_does_not_have():
    for index in (-1, 3):
        with pytest.raises(IndexError):
            Levels("sha256", LEAVES[:3]).proof(index)

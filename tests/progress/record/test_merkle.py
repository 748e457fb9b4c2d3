"""The tree of RFC 6962: its published roots, growing, and the paths that prove a leaf."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from progress.record import merkle
from progress.record.merkle import Paths, Tree

LEAVES = [
    bytes.fromhex(each)
    for each in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
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
"""Of the first none, one, two … eight of these leaves: the vectors that Certificate Transparency publishes."""

PATHS = {
    (0, 8): (
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ),
    (5, 8): (
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ),
    (2, 3): ("fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",),
}
"""(index, size): the published audit path."""


def hashed(n: int) -> list[bytes]:
    return [merkle.leaf(str(each).encode()) for each in range(n)]


@pytest.mark.parametrize("size", range(len(ROOTS)))
def test_roots_are_those_that_are_published(size: int) -> None:
    assert merkle.root(map(merkle.leaf, LEAVES[:size])).hex() == ROOTS[size]


@pytest.mark.parametrize(("place", "path"), PATHS.items())
def test_paths_are_those_that_are_published(place: tuple[int, int], path: tuple[str, ...]) -> None:
    index, size = place
    leaf_hashes = [merkle.leaf(each) for each in LEAVES[:size]]
    assert tuple(each.hex() for each in Paths(leaf_hashes).inclusion(index)) == path


@given(st.integers(0, 200), st.integers(0, 200))
def test_a_tree_goes_on_from_its_full_subtrees_alone(before: int, added: int) -> None:
    leaf_hashes = hashed(before + added)
    earlier = Tree()
    for each in leaf_hashes[:before]:
        earlier.add(each)
    later = Tree(earlier.size, earlier.full)
    for each in leaf_hashes[before:]:
        later.add(each)
    assert later.root() == merkle.root(leaf_hashes) == Paths(leaf_hashes).root()


def test_a_tree_does_not_go_on_from_subtrees_of_another_size() -> None:
    with pytest.raises(ValueError, match="full subtrees"):
        Tree(3, [b"one"])


@given(st.integers(1, 130), st.data())
def test_every_leaf_has_a_path_to_the_root(size: int, data: st.DataObject) -> None:
    leaf_hashes = hashed(size)
    index = data.draw(st.integers(0, size - 1))
    path = Paths(leaf_hashes).inclusion(index)
    assert merkle.root_by(path, leaf_hashes[index], index, size) == merkle.root(leaf_hashes)


@given(st.integers(2, 130), st.data())
def test_no_other_leaf_place_or_path_leads_to_the_root(size: int, data: st.DataObject) -> None:
    leaf_hashes = hashed(size)
    index = data.draw(st.integers(0, size - 1))
    path = Paths(leaf_hashes).inclusion(index)
    whole = merkle.root(leaf_hashes)
    elsewhere = data.draw(st.integers(0, size - 1).filter(lambda n: n != index))
    changed = data.draw(st.integers(0, len(path) - 1))
    assert merkle.root_by(path, merkle.leaf(b"another"), index, size) != whole
    assert merkle.root_by(path, leaf_hashes[index], elsewhere, size) != whole
    assert merkle.root_by(path[:-1], leaf_hashes[index], index, size) is None
    assert (
        merkle.root_by([*path[:changed], b"\0" * 32, *path[changed + 1 :]], leaf_hashes[index], index, size) != whole
    )
    assert merkle.root_by(path, leaf_hashes[index], size, size) is None

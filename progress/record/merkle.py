"""Merkle trees (RFC 6962, section 2): the root over leaves in order, and the audit path of one leaf."""

import hashlib
from collections.abc import Iterable, Sequence


def leaf(data: bytes) -> bytes:
    return hashlib.sha256(b"\0" + data).digest()


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


EMPTY_ROOT = hashlib.sha256().digest()


class Tree:
    """A tree that grows at its end. It stores only the roots of its full subtrees: one per set bit of its size."""

    def __init__(self, size: int = 0, full: Iterable[bytes] = ()) -> None:
        """`full` are the roots of the full subtrees, the largest first, of an earlier tree of this size."""
        self.size = size
        self.full = list(full)
        if len(self.full) != size.bit_count():
            raise ValueError(f"a tree of {size} leaves has {size.bit_count()} full subtrees, not {len(self.full)}")

    def add(self, leaf_hash: bytes) -> None:
        carried, size = leaf_hash, self.size
        while size & 1:
            carried = node(self.full.pop(), carried)
            size >>= 1
        self.full.append(carried)
        self.size += 1

    def root(self) -> bytes:
        if not self.full:
            return EMPTY_ROOT
        *others, root = self.full
        for each in reversed(others):
            root = node(each, root)
        return root


def root(leaf_hashes: Iterable[bytes]) -> bytes:
    tree = Tree()
    for each in leaf_hashes:
        tree.add(each)
    return tree.root()


class Paths:
    """A whole tree in memory, for the audit paths of many leaves. Each takes as many steps as the tree is high."""

    def __init__(self, leaf_hashes: Iterable[bytes]) -> None:
        level = list(leaf_hashes)
        self.size = len(level)
        self._levels = [level]
        """By height: the roots of the full subtrees, from left to right."""
        while len(level) > 1:
            level = [node(left, right) for left, right in zip(level[::2], level[1::2], strict=False)]
            self._levels.append(level)

    def root(self) -> bytes:
        return self._between(0, self.size) if self.size else EMPTY_ROOT

    def inclusion(self, index: int) -> list[bytes]:
        """Audit path of the leaf at `index`: the sibling hashes from the leaf up, which lead from it to the root."""
        if not 0 <= index < self.size:
            raise IndexError(index)
        path = []
        begin, end = 0, self.size
        while end - begin > 1:
            middle = begin + _split(end - begin)
            if index < middle:
                path.append(self._between(middle, end))
                end = middle
            else:
                path.append(self._between(begin, middle))
                begin = middle
        return path[::-1]

    def _between(self, begin: int, end: int) -> bytes:
        """Root over the leaves from `begin` to before `end`, which have to be where a subtree of that size begins."""
        width = end - begin
        if width.bit_count() == 1:
            height = width.bit_length() - 1
            return self._levels[height][begin >> height]
        middle = begin + _split(width)
        return node(self._between(begin, middle), self._between(middle, end))


def root_by(path: Sequence[bytes], leaf_hash: bytes, index: int, size: int) -> bytes | None:
    """The root that `path` leads to from the leaf at `index` of `size`; None if it does not fit such a tree."""
    if not 0 <= index < size:
        return None
    steps = _steps(index, size)
    if len(steps) != len(path):
        return None
    reached = leaf_hash
    for is_left, sibling in zip(reversed(steps), path, strict=True):
        reached = node(reached, sibling) if is_left else node(sibling, reached)
    return reached


def _steps(index: int, size: int) -> list[bool]:
    """From the root down: True where the leaf is in the left half."""
    steps = []
    while size > 1:
        half = _split(size)
        steps.append(index < half)
        index, size = (index, half) if index < half else (index - half, size - half)
    return steps


def _split(size: int) -> int:
    """Largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1

"""A target taken down a tree of areas: each level shared among those below, so that every sum agrees."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from vaxkit.targets.refused import Impossible
from vaxkit.targets.sharing import share
from vaxkit.vocabulary import Text

ITSELF = ""


@dataclass(frozen=True, slots=True)
class Hand:
    """A target set by hand, and why."""

    target: int
    reason: str


@dataclass(frozen=True, slots=True)
class Node:
    """One area's part: `target` = `itself` (for people who stand at this area and in none below) + the targets below.
    `people` counts the whole area. `hand` is set where the figure is somebody's own; `by_people` is what the people alone
    would have made it."""

    key: str
    target: int
    people: int
    itself: int
    by_people: int
    hand: Hand | None = None


def decompose(
    root: str,
    total: int,
    parents: Mapping[str, str],
    people: Mapping[str, int],
    hand: Mapping[str, Hand] | None = None,
) -> dict[str, Node]:
    """`total` from `root` down to every key of `parents` (child -> parent), keys sorted. `people`: who stands exactly at a
    key, of whatever level. A `hand` on the root replaces `total`. Raises Impossible with the key of the level where the figures
    set by hand do not fit, ValueError for keys outside the tree or a tree that is none."""
    said = dict(hand or {})
    below = _below(root, parents)
    for key in (*people, *said):
        if key != root and key not in parents:
            raise ValueError(f"{key} is not below {root}")
    counts: dict[str, int] = {}
    for key in reversed(_downward(root, below, len(parents) + 1)):
        counts[key] = people.get(key, 0) + sum(counts[child] for child in below[key])
    if root in said:
        total = said[root].target
    alone = _shared(root, total, below, people, counts, {})
    made = _shared(root, total, below, people, counts, said) if said else alone
    return {
        key: Node(key, target, counts[key], itself, alone[key][0], said.get(key))
        for key, (target, itself) in sorted(made.items())
    }


def _below(root: str, parents: Mapping[str, str]) -> dict[str, list[str]]:
    below: dict[str, list[str]] = defaultdict(list)
    for child, parent in sorted(parents.items()):
        if child == root:
            raise ValueError(f"{root} is the root and has no parent here")
        below[parent].append(child)
    return below


def _downward(root: str, below: Mapping[str, list[str]], keys: int) -> list[str]:
    """Every key after the one above it."""
    order = [root]
    for key in order:
        order += below[key]
        if len(order) > keys:
            raise ValueError("a key stands below itself")
    if len(order) != keys:
        raise ValueError(f"some keys do not hang below {root}")
    return order


def _shared(
    root: str,
    total: int,
    below: Mapping[str, list[str]],
    people: Mapping[str, int],
    counts: Mapping[str, int],
    said: Mapping[str, Hand],
) -> dict[str, tuple[int, int]]:
    """(target, itself) per key."""
    made = {root: (total, 0)}
    for key in _downward(root, below, len(counts)):
        target = made[key][0]
        children = below[key]
        if not children:
            made[key] = (target, target)
            continue
        weights = {child: counts[child] for child in children}
        if people.get(key):
            weights[ITSELF] = people[key]
        fixed = {child: said[child].target for child in children if child in said}
        try:
            parts = share(target, weights, fixed)
        except Impossible as refused:
            raise Impossible(
                refused.code,
                Text(f"{key}：{refused.reason.zh}", f"{key}: {refused.reason.en}"),
                refused.next_step,
                key,
            ) from None
        made[key] = (target, parts.pop(ITSELF, 0))
        made |= {child: (part, 0) for child, part in parts.items()}
    return made

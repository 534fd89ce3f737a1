"""A whole number shared by weights, so that the parts are whole and their sum is the number.

The method of largest remainders (Hamilton's): everybody gets the whole part of the exact share, and what is left goes, one
each, to the largest remainders. No part is further than one from its exact share ("quota rule"). Equal remainders: the
larger weight first, then the smaller key, so that the same figures always give the same parts. Source: M. L. Balinski and
H. P. Young, Fair Representation, 2nd ed., 2001, chapter 3.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from vaxkit.targets.refused import Impossible
from vaxkit.vocabulary import Text

METHOD = Text(
    "按人数比例分解，先取整数部分，余数从大到小各补1，各级合计与上级完全一致（最大余数法）；手工设定的单元格保持不变。",
    "Shared in proportion to people: whole parts first, then one each to the largest remainders, so that every level adds up"
    " exactly to the level above (method of largest remainders); cells set by hand stay as they are.",
)


def share(total: int, weights: Mapping[str, int], fixed: Mapping[str, int] | None = None) -> dict[str, int]:
    """`total` over the keys of `weights` (counts from 0), keys sorted. Keys of `fixed` get that figure and take no part in
    sharing the rest. Raises Impossible when the fixed parts are more than the total ("targets.hand_above"), or when something
    is left and nobody may take it ("targets.nobody_left")."""
    held = dict(fixed or {})
    if total < 0 or any(each < 0 for each in (*weights.values(), *held.values())):
        raise ValueError("targets and weights are counts from 0")
    left = total - sum(held.values())
    if left < 0:
        raise Impossible(
            "targets.hand_above",
            Text(
                f"手工设定的合计 {total - left} 超过上级任务 {total}，多 {-left}。",
                f"The parts set by hand come to {total - left}, {-left} more than the {total} to share.",
            ),
            Text(
                "请调低手工设定，或先调高上级任务。",
                "Lower the parts set by hand, or raise the level above first.",
            ),
        )
    free = {key: weight for key, weight in weights.items() if key not in held}
    whole = sum(free.values())
    if left and not whole:
        raise Impossible(
            "targets.nobody_left",
            Text(
                f"还有 {left} 未分下去，但其余单位没有应种人数。",
                f"{left} are left to share, but nobody else has people to vaccinate.",
            ),
            Text(
                "请改手工设定，或补录该地底册。",
                "Change the parts set by hand, or complete the ledger there.",
            ),
        )
    parts = {key: left * weight // whole if whole else 0 for key, weight in free.items()}
    rest = left - sum(parts.values())
    # The remainder of left·weight by the common divisor orders like the exact remainders, without a fraction.
    by_remainder = sorted(
        free, key=lambda key: (-(left * free[key] % whole if whole else 0), -free[key], key)
    )
    for key in by_remainder[:rest]:
        parts[key] += 1
    return dict(sorted({**parts, **held}.items()))


def share_of(people: int, wanted: Fraction) -> int:
    """The least whole number of people that is at least `wanted` (0.95 is 95 %) of `people`."""
    if people < 0 or wanted < 0:
        raise ValueError("people and shares are not negative")
    return -((-people * wanted.numerator) // wanted.denominator)

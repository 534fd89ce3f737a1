"""A distribution in a document into its value, with what no schema can check."""

from __future__ import annotations

import math
from typing import Any

from vaxkit.faults import Fault
from vaxkit.simulation.plan import Distribution
from vaxkit.vocabulary import Text

_FIXED_NOTHING = Distribution("fixed", (0.0,))


def read_distribution(path: str, raw: Any, problems: list[Fault], *, signed: bool = False) -> Distribution:
    """The distribution at `path`; faults go to `problems`. Only lateness (`signed`) may be below 0 on average."""
    found = _read(path, raw, problems)
    if not signed and (found.mean < 0 or found.at_most < 0):
        problems.append(
            Fault(
                path,
                Text("是负的时间", "is a time below 0"),
                Text("请写 0 或更多的分钟数。", "Write minutes of 0 or more."),
            )
        )
    return found


def _read(path: str, raw: Any, problems: list[Fault]) -> Distribution:
    if not isinstance(raw, dict):
        return Distribution("fixed", (float(raw),))
    kind = raw["kind"]
    low = float(raw["at_least"]) if "at_least" in raw else None
    high = float(raw.get("at_most", math.inf))
    if low is not None and low > high:
        problems.append(
            Fault(
                path,
                Text("at_least 大于 at_most", "at_least is more than at_most"),
                Text("请改正。", "Correct one of them."),
            )
        )
    match kind:
        case "fixed":
            return Distribution(kind, (float(raw["minutes"]),), at_least=low, at_most=high)
        case "exponential" | "shifted_exponential":
            if ("mean" in raw) == ("rate" in raw):
                problems.append(
                    Fault(
                        path,
                        Text("mean 与 rate 须写一个", "mean or rate is needed, not both"),
                        Text("rate 是每分钟次数，即 1/mean。", "rate is per minute: 1/mean."),
                    )
                )
                return _FIXED_NOTHING
            mean = float(raw["mean"]) if "mean" in raw else 1.0 / float(raw["rate"])
            return Distribution(kind, (float(raw.get("floor", 0.0)), mean), at_least=low, at_most=high)
        case "triangular":
            numbers = (float(raw["low"]), float(raw["mode"]), float(raw["high"]))
            if not (numbers[0] <= numbers[1] <= numbers[2] and numbers[0] < numbers[2]):
                problems.append(_order(path, "low ≤ mode ≤ high, low < high"))
            return Distribution(kind, numbers, at_least=low, at_most=high)
        case "uniform":
            numbers2 = (float(raw["low"]), float(raw["high"]))
            if numbers2[0] > numbers2[1]:
                problems.append(_order(path, "low ≤ high"))
            return Distribution(kind, numbers2, at_least=low, at_most=high)
        case "lognormal" | "normal" | "gamma":
            return Distribution(kind, (float(raw["mean"]), float(raw["sd"])), at_least=low, at_most=high)
        case "empirical":
            return _empirical(path, raw, low, high, problems)
    parts = tuple(
        _read(f"{path}.parts.{row}.of", part["of"], problems) for row, part in enumerate(raw["parts"])
    )
    shares = _shares(f"{path}.parts", [float(part["share"]) for part in raw["parts"]], problems, exact=True)
    if low is not None or "at_most" in raw:
        problems.append(
            Fault(
                path,
                Text("mixture 不能有上下限", "a mixture has no bounds"),
                Text("请写在各部分里。", "Write them into its parts."),
            )
        )
    return Distribution(kind, shares=shares, parts=parts)


def _empirical(
    path: str, raw: dict[str, Any], low: float | None, high: float, problems: list[Fault]
) -> Distribution:
    values = tuple(float(value) for value in raw["values"])
    weights = [float(weight) for weight in raw.get("weights", [1.0] * len(values))]
    if len(weights) != len(values):
        problems.append(
            Fault(
                f"{path}.weights",
                Text(
                    f"有 {len(weights)} 个权重，{len(values)} 个值",
                    f"{len(weights)} weights for {len(values)} values",
                ),
                Text("请一一对应。", "Give one weight a value."),
            )
        )
        return _FIXED_NOTHING
    # Ascending values make a larger random number a longer time, like the inverse of every other distribution.
    rows = sorted(zip(values, weights, strict=True))
    shares = _shares(f"{path}.weights", [weight for _, weight in rows], problems, exact=False)
    return Distribution(
        "empirical", values=tuple(v for v, _ in rows), shares=shares, at_least=low, at_most=high
    )


def _shares(path: str, weights: list[float], problems: list[Fault], *, exact: bool) -> tuple[float, ...]:
    total = math.fsum(weights)
    if total <= 0 or (exact and abs(total - 1) > 1e-6):
        problems.append(
            Fault(
                path,
                Text(f"比例之和是 {total:.6g}", f"the shares add up to {total:.6g}"),
                Text("请使其和为 1。", "Make them add up to 1.")
                if exact
                else Text("请至少写一个大于 0 的权重。", "Give one weight above 0 at least."),
            )
        )
        return (1.0,) + (0.0,) * (len(weights) - 1)
    return tuple(weight / total for weight in weights)


def _order(path: str, rule: str) -> Fault:
    return Fault(
        path,
        Text("数的大小次序不对", "the numbers are not in order"),
        Text(f"须有 {rule}。", f"Needed: {rule}."),
    )

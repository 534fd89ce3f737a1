"""A small language for who comes first: rules in order, conditions on a person's attributes, a weight.

    {"when": {"age": ">=80"}, "weight": 8}
    {"when": {"category": ["cold_chain", "medical"]}, "weight": 6}
    {"when": {"dose": 2, "days_overdue": ">7"}, "weight": 4}

A condition is a value, a list of values, or a comparison (`>=`, `>`, `<=`, `<`, `!=`) with a number. The first rule of which all
conditions hold gives the weight; a person without the attribute does not meet the condition.
"""

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from vaxkit.faults import Fault
from vaxkit.vocabulary import Text

Value = str | float | bool
_COMPARISON = re.compile(r"\s*(>=|<=|!=|>|<)\s*(-?\d+(?:\.\d+)?)\s*")
_OPERATORS: Mapping[str, Callable[[float, float], bool]] = {
    ">=": operator.ge, "<=": operator.le, "!=": operator.ne, ">": operator.gt, "<": operator.lt,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rule:
    """Conditions by attribute, and the weight of those who meet them all."""

    when: Mapping[str, Callable[[Value], bool]]
    weight: int

    def suits(self, attributes: Mapping[str, Value]) -> bool:
        return all(name in attributes and holds(attributes[name]) for name, holds in self.when.items())


def rules(document: Sequence[Mapping[str, object]], faults: list[Fault]) -> list[Rule]:
    """The rules of a document; what cannot be read goes to `faults`."""
    found = []
    for row, raw in enumerate(document):
        when = raw["when"]
        assert isinstance(when, Mapping)
        conditions = {
            name: _condition(wanted, f"priorities.{row}.when.{name}", faults) for name, wanted in when.items()
        }
        found.append(Rule(conditions, int(str(raw["weight"]))))
    return found


def weight(found: Sequence[Rule], attributes: Mapping[str, Value]) -> int:
    """The weight of somebody with these attributes."""
    return next((rule.weight for rule in found if rule.suits(attributes)), 1)


def _condition(wanted: object, path: str, faults: list[Fault]) -> Callable[[Value], bool]:
    if isinstance(wanted, list):
        return lambda value: value in wanted
    if isinstance(wanted, str) and wanted.lstrip()[:1] in ("<", ">", "!", "="):
        if match := _COMPARISON.fullmatch(wanted):
            compare, limit = _OPERATORS[match[1]], float(match[2])
            return lambda value: isinstance(value, int | float) and compare(value, limit)
        faults.append(
            Fault(
                path,
                Text(f"看不懂条件 {wanted}", f"the condition {wanted} cannot be read"),
                Text(
                    '写成 ">=80" 这样的比较，或一个值、一组值。',
                    'Write a comparison such as ">=80", a value or a list of values.',
                ),
            )
        )
    return lambda value: value == wanted

"""What is wrong in a policy file, said so that its author can put it right: `PolicyError`, `Origin`, `schema_faults`.

Every fault (vaxkit.faults.Fault) names the file, the line, the place in it, what is wrong and what to do, in Chinese and in
English.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import yaml

from vaxkit.faults import Fault, Path, form_faults
from vaxkit.ruledata.loader import RuleDataError
from vaxkit.ruledata.packaged import packaged_schema
from vaxkit.vocabulary import Text


class PolicyError(RuleDataError):
    """A policy that cannot be used. `faults` are all that were found; the message prints them."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(fault.in_both() for fault in self.faults))


@dataclass(frozen=True, slots=True)
class Origin:
    """A policy file as it was read: its name and its YAML nodes, from which lines are found."""

    file: str
    node: yaml.Node | None

    def fault(self, place: Path, what: Text, fix: Text) -> Fault:
        """A fault at that place of the file."""
        return Fault("/".join(str(step) for step in place), what, fix, self.file, self.line(place))

    def line(self, place: Path) -> int:
        """The line of the deepest node on the path; 1 when there are none."""
        node, line = self.node, 1
        for step in (None, *place):
            if step is not None:
                node = _child(node, step)
            if node is None:
                break
            line = node.start_mark.line + 1
        return line


def schema_faults(origin: Origin, raw: object) -> list[Fault]:
    """What the policy's JSON schema finds, line by line; of several words about one place, and of one row that stands in
    several places by an alias, the first."""
    found: dict[tuple[Path, str], Fault] = {}
    for place, what, fix in form_faults(packaged_schema("ruledata/schemas", "policy"), raw):
        said = what.en if what.en.endswith("is missing") else ""
        if what.en.startswith("there is no key") and _is_empty(raw, place):
            fix = _COMMA
        found.setdefault((place, said), origin.fault(place, what, fix))
    by_line = {
        (fault.line, fault.what, fault.path[fault.path.rfind("/") :]): fault
        for fault in reversed(found.values())
    }
    return sorted(by_line.values(), key=lambda fault: fault.line)


_COMMA = Text(
    "文字里有逗号时，整段文字要加引号。",
    "Text that has a comma goes in quotes, where braces or brackets are around it.",
)


def _is_empty(raw: object, place: Path) -> bool:
    """Whether there is a key without a value: the second half of a text that has a comma."""
    try:
        for step in place:
            raw = cast(Any, raw)[step]
    except (KeyError, IndexError, TypeError):
        return False
    return raw is None


def _child(node: yaml.Node | None, step: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return cast(yaml.Node, node.value[step])
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return cast(yaml.Node, value)
    return None

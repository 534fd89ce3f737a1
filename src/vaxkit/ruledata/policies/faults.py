"""What is wrong in a policy file, said so that its author can put it right: `Fault`, `PolicyError`, `schema_faults`.

Every fault names the file, the line, the place in it, what is wrong and what to do, in Chinese and in English.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import jsonschema
import yaml

from vaxkit.ruledata.loader import RuleDataError
from vaxkit.vocabulary import Text

Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: `place` is the path in the YAML, `line` its line (0: not known), `what` is wrong, `todo` puts it
    right."""

    file: str
    place: str
    line: int
    what: Text
    todo: Text

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}: {self.place}" if self.line else f"{self.file}: {self.place}"
        todo = self.todo.en[:1].upper() + self.todo.en[1:]
        return f"{where}\n  {self.what.zh}。{self.todo.zh}。\n  {self.what.en}. {todo}."


class PolicyError(RuleDataError):
    """A policy that cannot be used. `faults` are all that were found; the message prints them."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


@dataclass(frozen=True, slots=True)
class Origin:
    """A policy file as it was read: its name and its YAML nodes, from which lines are found."""

    file: str
    node: yaml.Node | None

    def fault(self, place: Place, what: Text, todo: Text) -> Fault:
        """A fault at that place of the file."""
        return Fault(self.file, _said(place), self.line(place), what, todo)

    def line(self, place: Place) -> int:
        """The line of the deepest node on the path; 0 when there are none."""
        node, line = self.node, 0
        for step in (None, *place):
            if step is not None:
                node = _child(node, step)
            if node is None:
                break
            line = node.start_mark.line + 1
        return line


def schema_faults(origin: Origin, raw: object) -> list[Fault]:
    """What the policy's JSON schema finds, in order of place; several words about one place are one fault."""
    found: dict[Place, Fault] = {}
    for error in _validator().iter_errors(raw):
        place: Place = tuple(error.absolute_path)
        what, todo = _explained(error)
        found.setdefault(place, origin.fault(place, what, todo))
    return [found[place] for place in sorted(found, key=lambda place: [str(step).zfill(6) for step in place])]


@cache
def _validator() -> Any:
    schema = json.loads(
        (files("vaxkit.ruledata") / "schemas" / "policy.schema.json").read_text(encoding="utf-8")
    )
    return jsonschema.Draft202012Validator(schema)


def _explained(error: Any) -> tuple[Text, Text]:
    kind, value, schema = error.validator, error.instance, error.schema
    told = schema.get("x-say") or {}
    todo = Text(told["zh"], told["en"]) if told else None
    if kind == "required":
        missing = [name for name in error.validator_value if name not in value]
        names = ", ".join(missing)
        return Text(f"缺少 {names}", f"{names} is missing"), Text("补上这一项", "Add it")
    if kind == "additionalProperties":
        return _unknown_field(value, schema)
    if kind == "enum":
        allowed = ", ".join(str(item) for item in error.validator_value)
        return (
            Text(f"“{value}”不是可用的值", f"{value!r} is not one of the values"),
            todo or Text(f"可用：{allowed}", f"Use one of: {allowed}"),
        )
    if kind == "type":
        wanted = str(error.validator_value)
        what = Text(f"这里应是{_TYPES.get(wanted, wanted)}", f"this should be of type {wanted}")
        shown = str(value)[:40]
        return what, todo or Text(f"现在是 {shown}", f"It is {shown} now")
    if kind in ("minItems", "minProperties", "minLength"):
        return Text("这里不能为空", "this must not be empty"), todo or Text(
            "填写内容或删去此项", "Fill it or delete it"
        )
    shown = str(value)[:60]
    return (
        Text(f"“{shown}”的写法不对", f"{shown!r} is not written as it should be"),
        todo
        or Text("见 docs/how-to/add-a-policy.md", f"See docs/how-to/add-a-policy.md ({error.message[:80]})"),
    )


def _unknown_field(value: dict[str, object], schema: dict[str, Any]) -> tuple[Text, Text]:
    known = list(schema.get("properties", {}))
    strange = [name for name in value if name not in known]
    near = difflib.get_close_matches(str(strange[0]), known, n=1)
    names = ", ".join(str(name) for name in strange)
    what = Text(f"不认识的字段 {names}", f"unknown field {names}")
    if near:
        return what, Text(f"是否应为 {near[0]}", f"Is {near[0]} meant")
    fields = ", ".join(known)
    return what, Text(f"可用：{fields}", f"Fields here: {fields}")


def _child(node: yaml.Node | None, step: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step]  # type: ignore[no-any-return]
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return value  # type: ignore[no-any-return]
    return None


def _said(place: Place) -> str:
    return "/".join(str(step) for step in place) or "(top)"


_TYPES = {"object": "一组字段", "array": "列表", "string": "文字（加引号）", "integer": "整数"}

"""Site plans on paper: YAML or JSON text into a plain document, the schema, and the shipped examples.

What a document means is decided in `vaxkit.simulation.reading`; here is only how it is written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import yaml

from vaxkit.ruledata.packaged import packaged_schema

_HERE = files("vaxkit") / "simulation"  # by its parent: importing the simulation would import this file


class PlanTextError(ValueError):
    """Text that is neither YAML nor JSON, or writes a key twice; `line` is where (from 1), or None."""

    def __init__(self, message: str, line: int | None) -> None:
        super().__init__(message)
        self.line = line


class _Loader(yaml.SafeLoader):
    """YAML without surprises: 08:30 stays text, `on` and `no` stay words, a key may stand only once, no aliases."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise PlanTextError("aliases (*) are not used in plans", self.line + 1)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise PlanTextError("a key must be a word", key.start_mark.line + 1)
            if key.value in seen:
                raise PlanTextError(f"the key {key.value!r} stands twice", key.start_mark.line + 1)
            seen.add(key.value)
        return {str(k): v for k, v in super().construct_mapping(node, deep).items()}


_WORDS = ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool", "tag:yaml.org,2002:merge")
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in rows if tag not in _WORDS]
    for first, rows in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_CLOCK = re.compile(r"^[0-9]{1,2}:[0-9]{2}$")
for _first in "0123456789":
    # YAML 1.1 reads 08:30 as a number to the base of sixty. Here it is a clock time.
    _rows = _Loader.yaml_implicit_resolvers.get(_first, [])
    _Loader.yaml_implicit_resolvers[_first] = [("tag:yaml.org,2002:str", _CLOCK), *_rows]


def parse_plan(text: str) -> Any:
    """The document in a text of YAML or JSON. Raises PlanTextError."""
    try:
        return yaml.load(text, Loader=_Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        words = getattr(error, "problem", None) or "cannot be read"
        raise PlanTextError(str(words), mark.line + 1 if mark else None) from None
    except (RecursionError, ValueError) as error:
        if isinstance(error, PlanTextError):
            raise
        raise PlanTextError("cannot be read", None) from None


def plan_schema() -> Mapping[str, Any]:
    """The JSON Schema of a site plan."""
    return packaged_schema("simulation", "site-plan")


def example_names() -> tuple[str, ...]:
    """The shipped plans, sorted."""
    names = (file.name for file in (_HERE / "examples").iterdir())
    return tuple(sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml")))


def example_text(name: str) -> str:
    """The text of a shipped plan. Raises KeyError when there is none of that name."""
    if name not in example_names():
        raise KeyError(name)
    return (_HERE / "examples" / f"{name}.yaml").read_text(encoding="utf-8")

"""Site plans on paper: YAML or JSON text into a plain document, the schema, and the shipped examples.

What a document means is decided in `vaxkit.simulation.reading`; here is only how it is written.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import yaml

from vaxkit.ruledata.packaged import packaged_schema
from vaxkit.vocabulary import Text

_HERE = files("vaxkit") / "simulation"  # by its parent: importing the simulation would import this file


#: Letters of a plan: YAML is read slowly, and nobody writes so much by hand.
MOST_LETTERS = 2_000_000
_MOST_LEVELS = 60


class PlanTextError(ValueError):
    """Text that is neither YAML nor JSON, or writes a key twice; `line` is where (from 1), or None. `said` in both languages."""

    def __init__(self, said: Text, line: int | None) -> None:
        super().__init__(said.en)
        self.said, self.line = said, line


class _Loader(yaml.SafeLoader):
    """YAML without surprises: 08:30 stays text, `on` and `no` stay words, a key may stand only once, no aliases; true,
    false and numbers as in YAML 1.2 and JSON (1e-3 is one, 010 is ten, 1:30:00 and 0x1F are none)."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise PlanTextError(
                Text("方案中不用别名（*）", "aliases (*) are not used in plans"), self.line + 1
            )
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise PlanTextError(Text("键须是文字", "a key must be a word"), key.start_mark.line + 1)
            if key.value in seen:
                twice = Text(f"键“{key.value}”写了两次", f"the key {key.value!r} stands twice")
                raise PlanTextError(twice, key.start_mark.line + 1)
            seen.add(key.value)
        return {str(k): v for k, v in super().construct_mapping(node, deep).items()}


def _whole(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> int:
    return int(loader.construct_scalar(node))


_WORDS = tuple(f"tag:yaml.org,2002:{name}" for name in ("timestamp", "bool", "merge", "int", "float"))
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in rows if tag not in _WORDS]
    for first, rows in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^[-+]?[0-9]+$"), list("-+0123456789"))
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(
        r"^(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$"
    ),
    list("-+0123456789."),
)
_Loader.add_constructor("tag:yaml.org,2002:int", _whole)


class _TwiceError(ValueError):
    pass


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _TwiceError
    return found


def parse_plan(text: str) -> Any:
    """The document in a text of YAML or JSON. Raises PlanTextError."""
    if len(text) > MOST_LETTERS:
        most = f"{MOST_LETTERS:,}"
        raise PlanTextError(Text(f"文件太长，超过 {most} 个字符", f"is longer than {most} letters"), None)
    try:
        found = _json_or_yaml(text)
        if _is_deep(found):
            raise RecursionError
        return found
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        at = getattr(error, "position", None)  # of a letter that YAML does not allow
        line = mark.line + 1 if mark else None if at is None else text.count("\n", 0, at) + 1
        words = getattr(error, "problem", None) or getattr(error, "reason", None) or "cannot be read"
        raise PlanTextError(Text(f"不是 YAML 或 JSON（{words}）", str(words)), line) from None
    except RecursionError:
        raise PlanTextError(Text("嵌套太深", "is nested too deeply"), None) from None
    except ValueError as error:
        if isinstance(error, PlanTextError):
            raise
        what = Text("有读不懂的数或字", "has a number or a letter that cannot be read")
        raise PlanTextError(what, None) from None


def _is_deep(document: Any) -> bool:
    """Whether a document is nested more deeply than whoever walks through it can go."""
    level = [document]
    for _ in range(_MOST_LEVELS):
        level = [
            below
            for here in level
            if isinstance(here, dict | list)
            for below in (here.values() if isinstance(here, dict) else here)
        ]
    return bool(level)


def _json_or_yaml(text: str) -> Any:
    """JSON where it is JSON: that is read a hundred times as fast."""
    if text.lstrip()[:1] in ("{", "["):
        try:
            return json.loads(text, object_pairs_hook=_once)
        except (json.JSONDecodeError, _TwiceError):
            pass  # flow style, or a fault: YAML knows the line
    return yaml.load(text, Loader=_Loader)


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

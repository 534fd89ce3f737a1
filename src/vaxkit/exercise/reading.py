"""A document into a script: form by the schema, meaning by the checks here; and the scripts that are shipped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from importlib import resources
from typing import Any

from vaxkit.exercise.script import Effect, Inject, Option, Role, Script
from vaxkit.faults import Fault, Faulty, nearest, schema_faults
from vaxkit.ruledata.packaged import packaged_schema
from vaxkit.ruledata.plans import PlanTextError, parse_plan
from vaxkit.ruledata.written_lines import line_of, lines_of
from vaxkit.vocabulary import Text

_PATTERNS = {
    "^[a-z][a-z0-9_]{0,39}$": (
        Text("{given} 不能作标识", "{given} cannot be an id"),
        Text("请用小写字母开头。", "Begin with a small letter; small letters, digits, underscores."),
    ),
    "^([01][0-9]|2[0-3]):[0-5][0-9]$": (
        Text("{given} 不是钟点", "{given} is not a clock time"),
        Text('写成 "08:30"。', 'Write "08:30".'),
    ),
}
_HERE = "vaxkit.exercise"


def schema() -> Mapping[str, Any]:
    """The JSON Schema of a script."""
    return packaged_schema("exercise", "exercise")


def script_names() -> tuple[str, ...]:
    """The shipped scripts, sorted."""
    names = (file.name for file in resources.files(_HERE).joinpath("scripts").iterdir())
    return tuple(sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml")))


def script_text(name: str) -> str:
    """The YAML of a shipped script. Raises KeyError when there is none of that name."""
    if name not in script_names():
        raise KeyError(name)
    return resources.files(_HERE).joinpath("scripts", f"{name}.yaml").read_text("utf-8")


def read_script(document: Any) -> Script:
    """The script in a document. Raises Faulty with every fault found."""
    if faults := schema_faults(schema(), document, _PATTERNS):
        raise Faulty(faults)
    faults = _meaning(document)
    if faults:
        raise Faulty(faults)
    hour, minute = document["begins"].split(":")
    return Script(
        id=document["id"], title=_text(document["title"]), summary=_text(document["summary"]),
        clock=int(hour) * 60 + int(minute), minutes=document["minutes"],
        roles=tuple(Role(row["id"], _text(row["title"])) for row in document["roles"]),
        injects=tuple(sorted((_inject(row) for row in document["injects"]), key=lambda each: each.at)),
    )  # fmt: skip


def read_text(text: str) -> tuple[Script, Mapping[str, Any]]:
    """The script in a text of YAML or JSON, and its document. Raises Faulty; every fault says its line."""
    try:
        document = parse_plan(text)
    except PlanTextError as error:
        what = Text(f"读不懂：{error}", f"cannot be read: {error}")
        fix = Text("请对照自带脚本的写法。", "Compare it with a shipped script.")
        raise Faulty([Fault("", what, fix, line=error.line or 0)]) from None
    try:
        return read_script(document), document
    except Faulty as faulty:
        lines = lines_of(text)
        faults = [replace(fault, line=line_of(lines, fault.path) or 1) for fault in faulty.faults]
        raise Faulty(sorted(faults, key=lambda fault: fault.line)) from None


def _meaning(document: Mapping[str, Any]) -> list[Fault]:
    roles = [row["id"] for row in document["roles"]]
    faults = _twice("roles", roles) + _twice("injects", [row["id"] for row in document["injects"]])
    for row in document["injects"]:
        path = f"injects.{row['id']}"
        faults += _twice(f"{path}.options", [each["id"] for each in row["options"]])
        for name, asked in (("to", row["to"]), ("by", [row["by"]])):
            for role in asked:
                if role not in roles:
                    what = Text(f"没有角色 {role}", f"there is no role {role}")
                    faults.append(Fault(f"{path}.{name}", what, nearest(role, roles)))
        if row["by"] in roles and row["by"] not in row["to"]:
            what = Text("要作决定的角色收不到这条消息", "the role that decides does not receive it")
            faults.append(Fault(f"{path}.by", what, Text("请加进 to。", "Add it to `to`.")))
        if row["at"] > document["minutes"]:
            what = Text("在推演结束之后", "is after the end of the exercise")
            faults.append(
                Fault(
                    f"{path}.at",
                    what,
                    Text("请提前，或延长 minutes。", "Make it earlier, or minutes longer."),
                )
            )
    return faults


def _twice(path: str, ids: list[str]) -> list[Fault]:
    return [
        Fault(path, Text(f"{name} 出现两次", f"{name} stands twice"), Text("请改名。", "Rename one of them."))
        for name in sorted({each for each in ids if ids.count(each) > 1})
    ]


def _inject(row: Mapping[str, Any]) -> Inject:
    options = tuple(
        Option(each["id"], _text(each["title"]), each["points"], _effects(each.get("effects", ())))
        for each in row["options"]
    )
    return Inject(
        row["id"], row["at"], tuple(row["to"]), _text(row["title"]), _text(row["text"]), row["by"], row["within"],
        _text(row["why"]), options, _effects(row.get("otherwise", ())),
    )  # fmt: skip


def _effects(rows: Any) -> tuple[Effect, ...]:
    return tuple(
        Effect(
            row["kind"],
            row.get("after", 0),
            row.get("lasts", 1),
            float(row["amount"]),
            row.get("half_life_days", 7.0),
        )
        for row in rows
    )


def _text(raw: Mapping[str, str]) -> Text:
    return Text(raw["zh"], raw["en"])

"""A document into a script: form by the schema, meaning by the checks here; and the scripts that are shipped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import resources
from typing import Any

from vaxkit.exercise.script import Effect, Inject, Option, Role, Script
from vaxkit.faults import Fault, Faulty, nearest, schema_faults
from vaxkit.ruledata.packaged import packaged_schema
from vaxkit.ruledata.written import read_written
from vaxkit.vocabulary import Text

_PATTERNS = {
    "^[a-z][a-z0-9_]{0,39}$": (
        Text("{given} 不能作标识", "{given} cannot be an id"),
        Text(
            "用小写字母开头，只用小写字母、数字和下划线。",
            "Begin with a small letter; small letters, digits, underscores.",
        ),
    ),
    "^([01][0-9]|2[0-3]):[0-5][0-9]$": (
        Text("{given} 不是钟点", "{given} is not a clock time"),
        Text('写成 "08:30"。', 'Write "08:30".'),
    ),
}
_RENAME = Text("请改名或删去一个。", "Rename or delete one of them.")
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
    faults = schema_faults(schema(), document, _PATTERNS) or _meaning(document)
    if faults:
        raise Faulty(faults)
    return kept_script(document)


def kept_script(document: Mapping[str, Any]) -> Script:
    """The script in a document that was read before and kept: whatever is asked of new ones since, it stays what it was."""
    hour, minute = document["begins"].split(":")
    return Script(
        id=document["id"], title=_text(document["title"]), summary=_text(document["summary"]),
        clock=int(hour) * 60 + int(minute), minutes=int(document["minutes"]),
        roles=tuple(Role(row["id"], _text(row["title"])) for row in document["roles"]),
        injects=tuple(sorted((_inject(row) for row in document["injects"]), key=lambda each: each.at)),
        stock_days=int(document["stock_days"]) if "stock_days" in document else None,
    )  # fmt: skip


def read_text(text: str) -> tuple[Script, Mapping[str, Any]]:
    """The script in a text of YAML or JSON, and its document. Raises Faulty; every fault says its line."""
    return read_written(text, read_script)


def _meaning(document: Mapping[str, Any]) -> list[Fault]:
    roles = [row["id"] for row in document["roles"]]
    faults = _twice("roles", roles) + _twice("injects", [row["id"] for row in document["injects"]])
    for path, text in _texts(document):
        faults += [
            Fault(
                f"{path}.{lang}",
                Text("不能为空", "must not be empty"),
                Text("请写上文字。", "Write some words."),
            )
            for lang in ("zh", "en")
            if not text[lang].strip()
        ]
    for row in document["injects"]:
        faults += _of_inject(row, roles, document["minutes"])
    return faults


def _of_inject(row: Mapping[str, Any], roles: list[str], minutes: int) -> list[Fault]:
    path = f"injects.{row['id']}"
    faults = _twice(f"{path}.options", [each["id"] for each in row["options"]]) + _twice(
        f"{path}.to", row["to"]
    )
    for name, asked in (("to", row["to"]), ("by", [row["by"]])):
        for role in asked:
            if role not in roles:
                what = Text(f"没有角色 {role}", f"there is no role {role}")
                faults.append(Fault(f"{path}.{name}", what, nearest(role, roles)))
    if row["by"] in roles and row["by"] not in row["to"]:
        what = Text("要作决定的角色收不到这条消息", "the role that decides does not receive it")
        faults.append(Fault(f"{path}.by", what, Text("请加进 to。", "Add it to `to`.")))
    if row["at"] >= minutes:
        what = Text("到这时推演已经结束", "is not before the end of the exercise")
        fix = Text(
            f"请早于第 {minutes} 分钟，或延长 minutes。",
            f"Make it earlier than {minutes}, or minutes longer.",
        )
        faults.append(Fault(f"{path}.at", what, fix))
    if not any(each["points"] for each in row["options"]):
        what = Text("没有一个选项得分", "no option brings a point")
        fix = Text("给应作的决定写上 points。", "Give points to what would be right.")
        faults.append(Fault(f"{path}.options", what, fix))
    for each in row["options"]:
        faults += _of_effects(f"{path}.options.{each['id']}.effects", each.get("effects", ()))
    return faults + _of_effects(f"{path}.otherwise", row.get("otherwise", ()))


#: From, to, and what the number is, for each kind of effect.
_AMOUNTS: Mapping[str, tuple[float, float, Text]] = {
    "vaccine_late": (1, 365, Text("天数，1 到 365", "days, from 1 to 365")),
    "staff_sick": (0, 1, Text("比例，0 到 1；三成写 0.3", "a share from 0 to 1; 30 % is 0.3")),
    "aefi_cluster": (0, 1, Text("比例，0 到 1；三成写 0.3", "a share from 0 to 1; 30 % is 0.3")),
    "rush": (1, 20, Text("平时的倍数，1 到 20", "times the usual people, from 1 to 20")),
    "rain": (0, 1, Text("平时的几成，0 到 1；七成写 0.7", "of the usual people, from 0 to 1; 70 % is 0.7")),
}


def _of_effects(path: str, effects: Any) -> list[Fault]:
    faults = []
    for nth, each in enumerate(effects):
        if each["kind"] not in _AMOUNTS:
            continue
        least, most, meant = _AMOUNTS[each["kind"]]
        if "amount" not in each:
            what = Text(f"{each['kind']} 缺 amount", f"{each['kind']} needs amount")
            faults.append(Fault(f"{path}.{nth}", what, Text(f"请写{meant.zh}。", f"Write {meant.en}.")))
        elif not least <= each["amount"] <= most or (each["kind"] == "vaccine_late" and each["amount"] % 1):
            what = Text(
                f"{each['kind']} 不能是 {each['amount']:g}", f"{each['kind']} cannot be {each['amount']:g}"
            )
            faults.append(
                Fault(f"{path}.{nth}.amount", what, Text(f"请写{meant.zh}。", f"Write {meant.en}."))
            )
    return faults


def _texts(document: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Every place with words, and the words."""
    yield "title", document["title"]
    yield "summary", document["summary"]
    for row in document["roles"]:
        yield f"roles.{row['id']}.title", row["title"]
    for row in document["injects"]:
        for name in ("title", "text", "why"):
            yield f"injects.{row['id']}.{name}", row[name]
        for each in row["options"]:
            yield f"injects.{row['id']}.options.{each['id']}.title", each["title"]


def _twice(path: str, ids: list[str]) -> list[Fault]:
    return [
        Fault(f"{path}.{name}", Text(f"{name} 出现两次", f"{name} stands twice"), _RENAME)
        for name in sorted({each for each in ids if ids.count(each) > 1})
    ]


def _inject(row: Mapping[str, Any]) -> Inject:
    options = tuple(
        Option(each["id"], _text(each["title"]), int(each["points"]), _effects(each.get("effects", ())))
        for each in row["options"]
    )
    return Inject(
        row["id"], int(row["at"]), tuple(row["to"]), _text(row["title"]), _text(row["text"]), row["by"], int(row["within"]),
        _text(row["why"]), options, _effects(row.get("otherwise", ())),
    )  # fmt: skip


def _effects(rows: Any) -> tuple[Effect, ...]:
    return tuple(
        Effect(
            row["kind"],
            int(row.get("after", 0)),
            int(row.get("lasts", 1)),
            float(row.get("amount", 1)),
            float(row.get("half_life_days", 7.0)),
        )
        for row in rows
    )


def _text(raw: Mapping[str, str]) -> Text:
    return Text(raw["zh"], raw["en"])

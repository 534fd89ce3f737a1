"""What is wrong with a plan, where, and what to do about it, in Chinese and English."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jsonschema

from vaxkit.ruledata.plans import plan_schema
from vaxkit.vocabulary import Text

_TYPE_WORDS = {
    "object": Text("一组“键: 值”", "a mapping of keys and values"),
    "array": Text("一个列表", "a list"),
    "string": Text("文字", "text"),
    "number": Text("一个数", "a number"),
    "integer": Text("一个整数", "a whole number"),
}


@dataclass(frozen=True, slots=True)
class PlanProblem:
    """One fault: `path` such as "stations.entrance.servers" ("" is the whole plan), what is wrong, what to do."""

    path: str
    what: Text
    fix: Text

    def in_(self, lang: str) -> str:
        """One line for people."""
        place = self.path or Text("（整个方案）", "(the whole plan)").in_(lang)
        colon = "：" if lang.lower().startswith("zh") else ": "
        stop = "。" if lang.lower().startswith("zh") else ". "
        return f"{place}{colon}{self.what.in_(lang)}{stop}{self.fix.in_(lang)}"


class PlanError(ValueError):
    """A plan that cannot be run; `problems` holds every fault that was found, in the order of the plan."""

    def __init__(self, problems: Sequence[PlanProblem]) -> None:
        super().__init__("\n".join(problem.in_("en") for problem in problems))
        self.problems = tuple(problems)


def spoken(path: Iterable[str | int], document: object) -> str:
    """A path with list rows called by their ids: stations.entrance.servers."""
    words: list[str] = []
    here: Any = document
    for part in path:
        try:
            here = here[part]
        except (KeyError, IndexError, TypeError):
            here = None
        name = here.get("id") if isinstance(part, int) and isinstance(here, Mapping) else None
        words.append(name if isinstance(name, str) else str(part))
    return ".".join(words)


def schema_problems(document: object) -> list[PlanProblem]:
    """The faults of form, as the JSON Schema finds them."""
    odd = list(_odd_numbers(document, ()))
    if odd:
        return [
            PlanProblem(
                spoken(path, document),
                Text("不是有限的数", "is not a finite number"),
                Text("请写一个普通的数。", "Write an ordinary number."),
            )
            for path in odd
        ]
    validator = jsonschema.Draft202012Validator(plan_schema())
    errors = sorted(validator.iter_errors(document), key=lambda e: [str(part) for part in e.absolute_path])
    found = dict.fromkeys(_problem(error, document) for error in errors)
    return list(found)


def nearest(word: str, known: Iterable[str]) -> Text:
    """What to write instead of `word`: the closest known one first."""
    names = list(known)
    close = difflib.get_close_matches(word, names, 1)
    if close:
        return Text(f"是否想写 {close[0]}？", f"Did you mean {close[0]}?")
    listed = ", ".join(names[:12])
    return Text(f"可用的有：{listed}。", f"There are: {listed}.")


def _odd_numbers(value: object, path: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, float) and not math.isfinite(value):
        yield path
    elif isinstance(value, Mapping):
        for key, below in value.items():
            yield from _odd_numbers(below, (*path, str(key)))
    elif isinstance(value, list | tuple):
        for row, below in enumerate(value):
            yield from _odd_numbers(below, (*path, row))


def _problem(error: jsonschema.ValidationError, document: object) -> PlanProblem:
    path = spoken(error.absolute_path, document)
    rule, wanted, given = error.validator, error.validator_value, error.instance
    if "propertyNames" in error.absolute_schema_path:
        return _unknown_key(path, str(given), wanted)
    match rule:
        case "required":
            missing = next((key for key in wanted if key not in given), "")
            return PlanProblem(
                path,
                Text(f"缺少 {missing}", f"{missing} is missing"),
                Text(f"请补上 {missing}。", f"Add {missing}."),
            )
        case "additionalProperties":
            known = list(error.schema.get("properties", {}))
            extra = next((str(key) for key in given if key not in known), "")
            return _unknown_key(path, extra, known)
        case "type":
            words = _TYPE_WORDS.get(str(wanted), Text(str(wanted), str(wanted)))
            return PlanProblem(
                path,
                Text(f"应是{words.zh}", f"must be {words.en}"),
                Text(f"现在写的是 {_short(given)}，请改正。", f"It is {_short(given)}; correct it."),
            )
        case "enum" | "const":
            choices = [str(x) for x in wanted] if rule == "enum" else [str(wanted)]
            return PlanProblem(
                path,
                Text(f"{_short(given)} 不在可选值之内", f"{_short(given)} is not one of the choices"),
                nearest(str(given), choices),
            )
        case "pattern":
            return _pattern(path, str(wanted), given)
    bounds = {
        "minimum": Text(f"不能小于 {wanted}", f"must not be less than {wanted}"),
        "maximum": Text(f"不能大于 {wanted}", f"must not be more than {wanted}"),
        "exclusiveMinimum": Text(f"必须大于 {wanted}", f"must be more than {wanted}"),
        "exclusiveMaximum": Text(f"必须小于 {wanted}", f"must be less than {wanted}"),
        "minItems": Text(f"至少要有 {wanted} 项", f"must have {wanted} entry at least"),
        "maxItems": Text(f"最多 {wanted} 项", f"must have {wanted} entries at most"),
        "minLength": Text("不能为空", "must not be empty"),
        "minProperties": Text(f"至少要有 {wanted} 项", f"must have {wanted} entry at least"),
    }
    what = bounds.get(str(rule), Text("不符合格式", "does not follow the format"))
    return PlanProblem(
        path, what, Text(f"现在是 {_short(given)}，请改正。", f"It is {_short(given)}; correct it.")
    )


def _unknown_key(path: str, key: str, known: Iterable[str]) -> PlanProblem:
    return PlanProblem(
        f"{path}.{key}" if path else key,
        Text(f"这里没有 {key} 这一项", f"there is no key {key} here"),
        nearest(key, known),
    )


def _pattern(path: str, pattern: str, given: object) -> PlanProblem:
    if ":" in pattern:
        what = Text(f"{_short(given)} 不是钟点", f"{_short(given)} is not a clock time")
        fix = Text('请写成 "08:30"，或写分钟数。', 'Write "08:30", or a number of minutes.')
    else:
        what = Text(f"{_short(given)} 不能作标识", f"{_short(given)} cannot be an id")
        fix = Text(
            "请用小写字母开头，只含小写字母、数字和下划线，不超过40个字符。",
            "Begin with a small letter; use small letters, digits and underscores, 40 at most.",
        )
    return PlanProblem(path, what, fix)


def _short(value: object) -> str:
    words = repr(value) if not isinstance(value, str) else f'"{value}"'
    return words if len(words) <= 40 else words[:37] + "..."

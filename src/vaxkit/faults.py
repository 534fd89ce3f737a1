"""What is wrong with a document that somebody wrote, where, and what to do about it, in Chinese and English.

For every kind of document that has a JSON Schema: its reader asks `schema_faults` first and adds the faults of meaning itself. A
schema may say in `x-say` (`zh`, `en`) how a value is written; that is then what to do. `form_faults` are the same before places are
put into words, for readers that know the lines of their document.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jsonschema

from vaxkit.vocabulary import Text

Path = tuple[str | int, ...]

_TYPE_WORDS = {
    "object": Text("一组“键: 值”", "a mapping of keys and values"),
    "array": Text("一个列表", "a list"),
    "string": Text("文字", "text"),
    "number": Text("一个数", "a number"),
    "integer": Text("一个整数", "a whole number"),
}


_ODD = (
    Text("{given} 的写法不对", "{given} is not written in the right way"),
    Text("请按说明改写。", "Write it as the how-to says."),
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: `path` such as "stations.entrance.servers" ("" is the whole document), what is wrong, what to do. `file`
    and `line` ("" and 0: not known) say where to look."""

    path: str
    what: Text
    fix: Text
    file: str = ""
    line: int = 0

    def in_(self, lang: str) -> str:
        """One line for people."""
        place = self._place(lang)
        colon = "：" if lang.lower().startswith("zh") else ": "
        stop = "。" if lang.lower().startswith("zh") else ". "
        return f"{place}{colon}{self.what.in_(lang)}{stop}{self.fix.in_(lang)}"

    def in_both(self) -> str:
        """Three lines: where, then what and what to do in Chinese and in English."""
        return "\n  ".join(
            (self._place("en"), f"{self.what.zh}。{self.fix.zh}", f"{self.what.en}. {self.fix.en}")
        )

    def _place(self, lang: str) -> str:
        path = self.path or Text("（整个文件）", "(the whole document)").in_(lang)
        where = [self.file, str(self.line)] if self.line else [self.file] if self.file else []
        return ": ".join([":".join(where), path] if where else [path])


class Faulty(ValueError):
    """A document that cannot be used; `problems` holds every fault that was found, in the order of the document."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(fault.in_("en") for fault in faults))
        self.faults = tuple(faults)


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


def schema_faults(
    schema: Mapping[str, Any], document: object, patterns: Mapping[str, tuple[Text, Text]] | None = None
) -> list[Fault]:
    """The faults of form, as the JSON Schema finds them. `patterns`: what to say and do where a pattern is not met."""
    odd = list(_odd_numbers(document, ()))
    if odd:
        return [
            Fault(
                spoken(path, document),
                Text("不是有限的数", "is not a finite number"),
                Text("请写一个普通的数。", "Write an ordinary number."),
            )
            for path in odd
        ]
    found = form_faults(schema, document, patterns)
    return list(dict.fromkeys(Fault(spoken(path, document), what, fix) for path, what, fix in found))


def form_faults(
    schema: Mapping[str, Any], document: object, patterns: Mapping[str, tuple[Text, Text]] | None = None
) -> Iterator[tuple[Path, Text, Text]]:
    """Path, what is wrong and what to do for every fault of form, in the order of paths."""
    validator = jsonschema.Draft202012Validator(schema)
    errors = sorted(
        validator.iter_errors(document), key=lambda e: [str(part).zfill(6) for part in e.absolute_path]
    )
    for error in errors:
        yield _explained(error, patterns or {})


def nearest(word: str, known: Iterable[str]) -> Text:
    """What to write instead of `word`: the closest known one first."""
    names = list(known)
    close = difflib.get_close_matches(word, names, 1)
    if close:
        return Text(f"是否想写 {close[0]}？", f"Did you mean {close[0]}?")
    if not names:
        return Text("目前一项都没有，请删去。", "There is none yet; delete it.")
    listed, more = ", ".join(names[:12]), len(names) > 12
    return Text(f"可用的有：{listed}{'……' if more else '。'}", f"There are: {listed}{' …' if more else '.'}")


def _odd_numbers(value: object, path: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, float) and not math.isfinite(value):
        yield path
    elif isinstance(value, Mapping):
        for key, below in value.items():
            yield from _odd_numbers(below, (*path, str(key)))
    elif isinstance(value, list | tuple):
        for row, below in enumerate(value):
            yield from _odd_numbers(below, (*path, row))


def _explained(
    error: jsonschema.ValidationError, patterns: Mapping[str, tuple[Text, Text]]
) -> tuple[Path, Text, Text]:
    path: Path = tuple(error.absolute_path)
    rule, wanted, given = error.validator, error.validator_value, error.instance
    if "propertyNames" in error.absolute_schema_path:
        return ((*path, str(given)), *_unknown_key(str(given), wanted))
    if rule == "required":
        missing = next((key for key in wanted if error.message.startswith(repr(key))), "")  # one each
        return (
            path,
            Text(f"缺少 {missing}", f"{missing} is missing"),
            Text(f"请补上 {missing}。", f"Add {missing}."),
        )
    if rule == "additionalProperties":
        known = list(error.schema.get("properties", {}))
        extra = next((str(key) for key in given if key not in known), "")
        return ((*path, extra), *_unknown_key(extra, known))
    what, fix = _of_value(str(rule), wanted, given, patterns)
    said = error.schema.get("x-say") if isinstance(error.schema, Mapping) else None
    return path, what, Text(said["zh"] + "。", said["en"][:1].upper() + said["en"][1:] + ".") if said else fix


def _of_value(
    rule: str, wanted: Any, given: object, patterns: Mapping[str, tuple[Text, Text]]
) -> tuple[Text, Text]:
    now = Text(f"现在是 {_short(given)}，请改正。", f"It is {_short(given)}; correct it.")
    match rule:
        case "type":
            words = _TYPE_WORDS.get(str(wanted), Text(str(wanted), str(wanted)))
            now = Text(f"现在写的是 {_short(given)}，请改正。", f"It is {_short(given)}; correct it.")
            return Text(f"应是{words.zh}", f"must be {words.en}"), now
        case "enum" | "const":
            choices = [str(x) for x in wanted] if rule == "enum" else [str(wanted)]
            what = Text(f"{_short(given)} 不在可选值之内", f"{_short(given)} is not one of the choices")
            return what, nearest(str(given), choices)
        case "pattern":
            what, fix = patterns.get(str(wanted), _ODD)
            return what.filled(given=_short(given)), fix
        case "oneOf" | "anyOf":
            return _ODD[0].filled(given=_short(given)), _ODD[1]
    bounds = {
        "minimum": Text(f"不能小于 {wanted}", f"must not be less than {wanted}"),
        "maximum": Text(f"不能大于 {wanted}", f"must not be more than {wanted}"),
        "exclusiveMinimum": Text(f"必须大于 {wanted}", f"must be more than {wanted}"),
        "exclusiveMaximum": Text(f"必须小于 {wanted}", f"must be less than {wanted}"),
        "minItems": Text(f"至少要有 {wanted} 项", f"must have {wanted} entry at least"),
        "maxItems": Text(f"最多 {wanted} 项", f"must have {wanted} entries at most"),
        "minLength": Text("不能为空", "must not be empty"),
        "maxLength": Text(f"最多 {wanted} 个字", f"must have {wanted} characters at most"),
        "minProperties": Text(f"至少要有 {wanted} 项", f"must have {wanted} entry at least"),
    }
    return bounds.get(rule, Text("不符合格式", "does not follow the format")), now


def _unknown_key(key: str, known: Iterable[str]) -> tuple[Text, Text]:
    return Text(f"这里没有 {key} 这一项", f"there is no key {key} here"), nearest(key, known)


def _short(value: object) -> str:
    words = repr(value) if not isinstance(value, str) else f'"{value}"'
    return words if len(words) <= 40 else words[:37] + "..."

"""A text of YAML or JSON that a person wrote, with every fault at its line, in both languages.

    value, document = read_written(text, read_script)

`read` turns the document into a value or raises Faulty; what cannot even be parsed, and characters that no screen shows, are
faults as well. Never raises anything but Faulty.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from vaxkit.faults import Fault, Faulty
from vaxkit.ruledata.plans import PlanTextError, parse_plan
from vaxkit.ruledata.written_lines import line_of, lines_of
from vaxkit.vocabulary import Text

V = TypeVar("V")
_QUOTES = Text("给这段文字加上双引号。", "Put the words in double quotes.")
_COLON = Text(
    "冒号用半角“:”，后面空一格；文字里有冒号或逗号时加双引号。",
    "Write an ordinary colon and a space after it; put words with a colon or a comma in double quotes.",
)
_INDENT = Text(
    "请对照上一行的缩进，同一组的缩进要一样；也看看上面的引号是否关上。",
    "Compare with the line above: what belongs together stands equally far in. Look for a quotation mark that was not closed, too.",
)
#: What the parser says → what it means and what to do. The first that fits counts.
_PROBLEMS: tuple[tuple[str, Text, Text], ...] = (
    ("'\\t'", Text("缩进用了制表符（Tab）", "a tab stands where spaces belong"), Text("请改成空格。", "Use spaces.")),
    ("mapping values are not allowed", Text("这里不该有冒号", "a colon is not expected here"), _COLON),
    ("could not find expected ':'", Text("缺少冒号", "a colon is missing"), _COLON),
    ("expected ','", Text("括号里缺少逗号，或括号没有关上", "a comma is missing, or a bracket was not closed"), _COLON),
    ("unexpected end of stream", Text("引号没有关上", "a quotation mark was not closed"), Text("请补上引号。", "Close it.")),
    ("expected the node content", Text("括号里多了符号，或没有关上", "a bracket holds something odd, or was not closed"), _COLON),
    ("expected <block end>", Text("缩进不齐，或多了一个符号", "lines do not line up, or something is too much"), _INDENT),
    ("block sequence entries", Text("列表的“-”放错了位置", "the “-” of a list stands in the wrong place"),
     _INDENT),
    ("block mapping", Text("缩进不齐", "lines do not line up"), _INDENT),
    ("unknown escape", Text("双引号里的反斜杠不认识", "a backslash in double quotes means nothing"),
     Text("反斜杠写两个。", "Write it twice.")),
    ("cannot start any token", Text("这一行以不能用的符号开头", "the line begins with a sign that cannot stand there"), _QUOTES),
    ("tag", Text("不用“!”标签", "tags (!) are not used here"), _QUOTES),
    ("another document", Text("只能有一份内容，“---”出现了两次", "one document only: “---” stands twice"),
     Text("请删去一份。", "Delete one.")),
    ("aliases", Text("这里不用别名“*”“&”", "aliases (* and &) are not used here"), _QUOTES),
    ("a key must be a word", Text("键必须是一个词", "a key must be a word"), _COLON),
)  # fmt: skip
_PATTERN = Text("请对照自带的示例。", "Compare it with a shipped example.")


def read_written(text: str, read: Callable[[Any], V]) -> tuple[V, Any]:
    """The value in a text, and its document. Raises Faulty; every fault has its line, in the order of lines."""
    if odd := _unprintable(text):
        raise Faulty([odd])
    try:
        document = parse_plan(text)
    except PlanTextError as error:
        raise Faulty([_said(error, text)]) from None
    if faults := _hidden(document, ""):
        raise _lined(text, faults)
    try:
        return read(document), document
    except Faulty as faulty:
        raise _lined(text, faulty.faults) from None


def _lined(text: str, faults: Any) -> Faulty:
    lines = lines_of(text)
    found = [replace(fault, line=line_of(lines, fault.path) or 1) for fault in faults]
    return Faulty(sorted(found, key=lambda fault: fault.line))


def _said(error: PlanTextError, text: str) -> Fault:
    words = str(error)
    if "stands twice" in words:
        name = words.split("'")[1] if "'" in words else words
        what = Text(f"{name} 写了两次", f"{name} stands twice")
        return Fault("", what, Text("请删去一个。", "Delete one of them."), line=error.line or 1)
    for sign, what, fix in _PROBLEMS:
        if sign in words:
            line = error.line or 1
            if what.en == "a colon is missing":  # the parser notices it on the line after
                line = max(
                    (n for n, row in enumerate(text.splitlines()[: line - 1], 1) if row.strip()), default=line
                )
            return Fault("", what, fix, line=line)
    return Fault("", error.said, _PATTERN, line=error.line or 1)


def _is_odd(sign: str) -> bool:
    """Control characters, halves of characters, and what changes the direction of writing or has no width."""
    at = ord(sign)
    if at < 0x200B:
        return (at < 32 and sign not in "\n\r\t") or 127 <= at < 160
    return at in (0x200B, 0xFEFF) or 0x202A <= at <= 0x202E or 0x2066 <= at <= 0x2069 or 0xD800 <= at < 0xE000


def _odd_fault(path: str, sign: str, line: int = 0) -> Fault:
    what = Text(f"含有看不见的控制字符 U+{ord(sign):04X}", f"holds a control character, U+{ord(sign):04X}")
    return Fault(path, what, Text("请删去这个字符。", "Delete it."), line=line)


def _unprintable(text: str) -> Fault | None:
    at = next((place for place, sign in enumerate(text) if _is_odd(sign)), None)
    return None if at is None else _odd_fault("", text[at], text.count("\n", 0, at) + 1)


def _hidden(value: Any, path: str) -> list[Fault]:
    """The same inside of quoted words, where they can be written with a backslash."""
    if isinstance(value, str):
        sign = next((each for each in value if _is_odd(each)), "")
        return [_odd_fault(path, sign)] if sign else []
    if isinstance(value, dict):
        below = [(f"{path}.{key}" if path else key, each) for key, each in value.items()]
        return [fault for key in value for fault in _hidden(key, path)] + [
            fault for place, each in below for fault in _hidden(each, place)
        ]
    if isinstance(value, list):
        names = [(row.get("id") if isinstance(row, dict) else None) or nth for nth, row in enumerate(value)]
        return [
            fault for name, row in zip(names, value, strict=True) for fault in _hidden(row, f"{path}.{name}")
        ]
    return []

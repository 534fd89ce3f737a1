"""Policy files: found in folders, read, checked (`read_policies`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import yaml

from vaxkit.faults import Fault, Path
from vaxkit.ruledata.loader import PlainLoader, noted
from vaxkit.ruledata.policies.faults import Origin, PolicyError, schema_faults
from vaxkit.vocabulary import Source, Text


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """One file whose form is right. `raw` is its YAML; days are read."""

    origin: Origin
    raw: Mapping[str, Any]
    effective_on: date
    effective_until: date | None
    source: Source

    @property
    def code(self) -> str:
        return str(self.raw["code"])

    @property
    def declares(self) -> tuple[str, ...]:
        """The diseases that the file declares, by themselves or in a group."""
        raw = self.raw
        alone = [row["code"] for row in raw.get("antigens", ())]
        return tuple(
            dict.fromkeys([*alone, *(name for row in raw.get("groups", ()) for name in row["antigens"])])
        )

    @property
    def rows_from(self) -> date | None:
        """From when rows hold that do not say so themselves; None: they judge doses given earlier as well."""
        return None if self.raw.get("judges_earlier_doses") else self.effective_on

    @property
    def order(self) -> tuple[date, str, str]:
        """The order in which policies replace each other."""
        return (self.effective_on, self.code, str(self.raw["version"]))


def shipped_policies() -> Traversable:
    """The folder of China's COVID-19 policies that comes with this package."""
    return files("vaxkit.ruledata") / "china" / "policies"


def read_policies(folders: Iterable[Traversable]) -> tuple[PolicyFile, ...]:
    """Every `*.yaml` of the folders, in order of effect. Raises PolicyError with all faults of form, of all files."""
    found: list[PolicyFile] = []
    faults: list[Fault] = []
    for folder in folders:
        for file in sorted(folder.iterdir(), key=lambda item: item.name):
            if file.name.endswith((".yaml", ".yml")):
                try:
                    found.append(read_policy(file))
                except PolicyError as error:
                    faults.extend(error.faults)
    if faults:
        raise PolicyError(faults)
    return joined(found)


def joined(policies: Iterable[PolicyFile]) -> tuple[PolicyFile, ...]:
    """Policies in order of effect. Raises PolicyError when one stands twice."""
    seen: dict[tuple[str, str], PolicyFile] = {}
    faults: list[Fault] = []
    for policy in policies:
        twin = seen.setdefault((policy.code, str(policy.raw["version"])), policy)
        if twin is not policy:
            faults.append(_twin(policy, twin))
    if faults:
        raise PolicyError(faults)
    return tuple(sorted(seen.values(), key=lambda policy: policy.order))


def read_policy(file: Traversable) -> PolicyFile:
    """One file, checked against the schema. Raises PolicyError."""
    text = ""
    try:
        text = file.read_text(encoding="utf-8")
        node = yaml.compose(text, Loader=_Composer)
        raw: Any = PlainLoader("").construct_document(node) if node is not None else None
        origin = Origin(file.name, node)
        faults = [*_double_keys(origin, node), *schema_faults(origin, raw)]
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise PolicyError([_unreadable(file.name, error, text)]) from None
    if faults:
        raise PolicyError(faults)
    first, last = (_checked_day(origin, raw, name, faults) for name in ("effective_on", "effective_until"))
    _check_days(origin, raw, (), faults)
    if first is not None and last is not None and last < first:
        faults.append(
            origin.fault(
                ("effective_until",),
                Text("结束日早于开始日", "the last day is before the first"),
                Text("改正其中一个日期。", "Put one of the two right."),
            )
        )
    if faults or first is None:
        raise PolicyError(faults)
    return PolicyFile(origin, raw, first, last, source_of(raw["source"]))


class _Composer(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # chosen by what is installed
    """PlainLoader's reading of words, by the fast parser where it is installed: CDC's data are some 30,000 lines."""

    yaml_implicit_resolvers = PlainLoader.yaml_implicit_resolvers


def text_of(raw: str | Mapping[str, str]) -> Text:
    """Words; those written in one language stand for both."""
    return Text(raw, raw) if isinstance(raw, str) else Text(raw["zh"], raw["en"])


def title_of(raw: str | Mapping[str, str]) -> tuple[str, Text | None]:
    """A title as the model keeps it: plain, and in both languages where it is written in both."""
    return (raw, None) if isinstance(raw, str) else (raw["zh"], text_of(raw))


def day_of(raw: str | None) -> date | None:
    return date.fromisoformat(raw) if raw is not None else None


def source_of(raw: Mapping[str, Any], basis: Source | None = None) -> Source:
    """A source; what a rule does not say of its own is that of the policy (`basis`), but for the note."""
    note = _with_clause(raw.get("clause", ""), noted(raw.get("note")))
    if basis is None:
        return Source(
            text_of(raw["document"]), raw["mark"], day_of(raw.get("on")), raw.get("number", ""), note
        )
    own = "document" in raw
    return Source(
        document=text_of(raw["document"]) if own else basis.document,
        mark=raw.get("mark", basis.mark),
        on=day_of(raw["on"]) if "on" in raw else (None if own else basis.on),
        number=raw.get("number", "" if own else basis.number),
        note=note,
    )


def _with_clause(clause: str, note: Text | None) -> Text | None:
    if not clause:
        return note
    return Text(f"{clause}；{note.zh}", f"{clause}; {note.en}") if note is not None else Text(clause, clause)


_DAYS = ("on", "effective_on", "effective_until", "begin_on", "end_on", "born_before")


def _check_days(origin: Origin, raw: object, place: Path, faults: list[Fault]) -> None:
    """Days that are well written but do not exist, such as 2023-02-30."""
    if isinstance(raw, Mapping):
        for name, value in raw.items():
            if name in _DAYS and isinstance(value, str) and place:
                if value != "any":
                    _checked_day(origin, raw, name, faults, place)
            else:
                _check_days(origin, value, (*place, name), faults)
    elif isinstance(raw, list):
        for index, value in enumerate(raw):
            _check_days(origin, value, (*place, index), faults)


def _checked_day(
    origin: Origin, raw: Mapping[str, Any], name: str, faults: list[Fault], place: Path = ()
) -> date | None:
    try:
        return day_of(raw.get(name))
    except ValueError:
        faults.append(
            origin.fault(
                (*place, name),
                Text(f"没有 {raw[name]} 这一天", f"there is no day {raw[name]}"),
                Text("改正日期。", "Put the date right."),
            )
        )
        return None


def _unreadable(name: str, error: Exception, text: str) -> Fault:
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark is not None else 1
    if isinstance(error, UnicodeDecodeError):
        what = Text("文件不是 UTF-8 编码", "the file is not UTF-8")
        return Fault("", what, Text("另存为 UTF-8 编码。", "Save it as UTF-8."), name, line)
    problem = getattr(error, "problem", None) or type(error).__name__
    what = Text(f"不是正确的 YAML（{problem}）", f"this is not YAML ({problem})")
    written = next(iter(text.split("\n")[line - 1 : line]), "")
    return Fault("", what, next((fix for slip, fix in _SLIPS if slip.search(written)), _LOOK), name, line)


_LOOK = Text("检查这一行的缩进、冒号和引号。", "Check indentation, colons and quotes of this line.")
#: What the eye does not see in a line that cannot be read.
_SLIPS = (
    (
        re.compile("\t"),
        Text("这一行有制表符：缩进用空格。", "There is a tab in this line: indent by spaces."),
    ),
    (
        re.compile(r"^[\s-]*\w+："),
        Text(
            "这一行是全角冒号：改用半角冒号加空格。",
            "The colon of this line is full-width: write a plain one and a space.",
        ),
    ),
)


def _double_keys(origin: Origin, node: yaml.Node | None, place: Path = ()) -> Iterator[Fault]:
    """Keys that stand twice in one place: YAML would silently keep the last. Aliases that hold themselves are no tree."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            here = (*place, str(key.value))
            if key.value in seen:
                yield Fault(
                    "/".join(str(step) for step in here),
                    Text(f"{key.value} 在同一处写了两次", f"{key.value} stands twice in one place"),
                    Text("合并成一项。", "Make one of the two."),
                    origin.file,
                    key.start_mark.line + 1,
                )
            seen.add(str(key.value))
            yield from _double_keys(origin, value, here)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield from _double_keys(origin, value, (*place, index))


def _twin(policy: PolicyFile, twin: PolicyFile) -> Fault:
    return policy.origin.fault(
        ("code",),
        Text(
            f"{policy.code} 的这一版本已在 {twin.origin.file} 中",
            f"this version of {policy.code} stands in {twin.origin.file} already",
        ),
        Text("换一个 code，或提高 version。", "Choose another code, or a higher version."),
    )

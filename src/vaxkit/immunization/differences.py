"""What changed between two rule sets (`difference`), rule by rule, as data and as sentences.

The rules of two days are laid side by side: on each place (series, dose, kind of row) the rows in force on the day of
the one and of the other. A rule with the same name is compared figure by figure; one that only the new set has is new,
one that only the old set has is over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from vaxkit.immunization.describing import figure_name, figure_said, kind_name, stage_name, titles_of
from vaxkit.immunization.policy import PolicySet, Statement
from vaxkit.vocabulary import Source, Text


class ChangeKind(StrEnum):
    """What became of a rule: it is new, it is over, or its figures changed."""

    ADDED = "added"
    ENDED = "ended"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """One rule that is not the same. `places` are the doses it stands on, as (series, dose), empty for rules outside
    series. `figures` are what differs, by name, as (old, new) with "" for none. `sentence` says it; `old_text` and
    `new_text` are the rules in words; `source` is the document of the change, that of the old rule when it is over."""

    kind: ChangeKind
    rule: str
    row: str
    places: tuple[tuple[str, int], ...]
    sentence: Text
    source: Source
    old_text: Text | None = None
    new_text: Text | None = None
    figures: Mapping[str, tuple[str, str]] = field(default_factory=dict)


Key = tuple[str, str]
Group = dict[Key, list[Statement]]


def difference(old: PolicySet, new: PolicySet) -> list[Change]:
    """The changes from `old` to `new`, each set as it stands on its own day, in the order of the new rules; rules that
    are over come last. The same change on several doses is one change."""
    before, after = _by_rule(old), _by_rule(new)
    found = [change for key, rows in after.items() for change in _changes(before.get(key, []), rows, new)]
    found += [_ended(rows, old, new) for key, rows in before.items() if key not in after]
    return found


def _by_rule(rules: PolicySet) -> Group:
    """Statements in force on the set's own day by rule and kind of row."""
    on = rules.on or date.max
    found: Group = {}
    for row in rules.statements:
        if row.in_force(on):
            found.setdefault((row.rule, row.kind), []).append(row)
    return found


def _changes(old: list[Statement], new: list[Statement], rules: PolicySet) -> list[Change]:
    """Changes of one rule; doses on which it changed in the same way are told together."""
    before = {(row.series, row.dose): row for row in old}
    together: dict[tuple[object, ...], list[tuple[Statement | None, Statement]]] = {}
    for row in new:
        earlier = before.get((row.series, row.dose))
        figures = _figures(earlier, row)
        if earlier is None or figures:
            together.setdefault((earlier is None, tuple(figures.items())), []).append((earlier, row))
    return [_change(pairs, rules) for pairs in together.values()]


def _figures(old: Statement | None, new: Statement) -> dict[str, tuple[str, str]]:
    earlier = old.facts if old is not None else {}
    names = dict.fromkeys((*earlier, *new.facts))
    return {
        name: (earlier.get(name, ""), new.facts.get(name, ""))
        for name in names
        if earlier.get(name, "") != new.facts.get(name, "")
    }


def _change(pairs: list[tuple[Statement | None, Statement]], rules: PolicySet) -> Change:
    old, new = pairs[0]
    places = _places([row for _, row in pairs])
    figures = _figures(old, new)
    where = _where(rules, new, places)
    if old is None:
        sentence = Text(f"新增：{where.zh}{new.text.zh}", f"New: {where.en}{new.text.en}")
        return Change(
            ChangeKind.ADDED, new.rule, new.kind, places, sentence, new.source, None, new.text, figures
        )
    parts = [_part(rules, name, *values) for name, values in figures.items()]
    sentence = Text(
        f"改变：{where.zh}{'；'.join(part.zh for part in parts)}。",
        f"Changed: {where.en}{'; '.join(part.en for part in parts)}.",
    )
    return Change(
        ChangeKind.CHANGED, new.rule, new.kind, places, sentence, new.source, old.text, new.text, figures
    )


def _ended(rows: list[Statement], old: PolicySet, new: PolicySet) -> Change:
    row = rows[0]
    places = _places(rows)
    where = _where(old, row, places)
    sentence = Text(f"不再适用：{where.zh}{row.text.zh}", f"Over: {where.en}{row.text.en}")
    figures = {name: (value, "") for name, value in row.facts.items()}
    return Change(ChangeKind.ENDED, row.rule, row.kind, places, sentence, row.source, row.text, None, figures)


def _places(rows: list[Statement]) -> tuple[tuple[str, int], ...]:
    return tuple((row.series, row.dose) for row in rows if row.series)


def _where(rules: PolicySet, row: Statement, places: tuple[tuple[str, int], ...]) -> Text:
    """The stages and kind of row, and the series unless it is all of them: "first booster, interval (Ad5): "."""
    kind = kind_name(row.kind)
    if not places:
        return Text(f"{kind.zh}：", f"{kind.en}: ")
    names = list(dict.fromkeys(rules.stages[place] for place in places))
    stages = [stage_name(name, rules.stage_titles) for name in names]
    zh = "、".join(stage.zh for stage in stages) + kind.zh
    en = " and ".join(stage.en for stage in stages) + ", " + kind.en
    if set(places) == {place for place, stage in rules.stages.items() if stage in names}:
        return Text(f"{zh}：", f"{en}: ")
    titles = {
        series.name: series.title or Text(series.name, series.name)
        for antigen in rules.antigens.values()
        for series in antigen.series
    }
    named = list(dict.fromkeys(titles[series] for series, _ in places))
    return Text(
        f"{zh}（{'、'.join(title.zh for title in named)}）：",
        f"{en} ({', '.join(title.en for title in named)}): ",
    )


def _part(rules: PolicySet, name: str, old: str, new: str) -> Text:
    title, titles = figure_name(name), titles_of(rules)
    if not old:
        value = figure_said(name, new, titles)
        return Text(f"{title.zh}为 {value.zh}", f"{title.en} {value.en}")
    if not new:
        return Text(f"{title.zh}不再限定", f"{title.en} no longer set")
    earlier, later = figure_said(name, old, titles), figure_said(name, new, titles)
    return Text(f"{title.zh} {earlier.zh} → {later.zh}", f"{title.en} {earlier.en} → {later.en}")

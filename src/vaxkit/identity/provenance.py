"""Which source is believed when several say different things of one person, field by field.

    choose(claims, rules) -> Choice     the value to show, and why in words

A manual correction beats all. For other fields the order of sources decides; for fields that change in life
(phone, address) the newer claim does. Both are data: `vaxkit.ruledata.field_sources` reads them from a YAML file
that may be edited by hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Final

from vaxkit.vocabulary import Text


class Prefer(StrEnum):
    """What decides among claims that no person corrected by hand."""

    SOURCE = "source"
    """The source that stands first; the newer claim among equals."""
    NEWER = "newer"
    """The newer claim; the source that stands first among claims of one day."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What one source said of one field: `source` is a kind of source ("police_register"), `on` the day of
    the source, `by` who brought it in. A claim of nothing (None or "") is no claim."""

    field: str
    value: Any
    source: str
    on: date
    by: str = ""


@dataclass(frozen=True, slots=True)
class SourceRules:
    """`order` names the kinds of sources from the most believed on, `orders` those of fields with an order of their own; `manual`
    are the kinds that beat all; `prefer` holds the fields that do not go by source; `titles` the words for each kind. `proved`
    names the fields that a person's own document says, and what it is called: no list overrules it."""

    order: tuple[str, ...]
    manual: frozenset[str] = frozenset({"manual"})
    prefer: Mapping[str, Prefer] = field(default_factory=dict)
    titles: Mapping[str, Text] = field(default_factory=dict)
    orders: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    proved: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if any(len(set(order)) != len(order) for order in (self.order, *self.orders.values())):
            raise ValueError("a source stands twice in the order")
        if any(set(order) - set(self.order) for order in self.orders.values()):
            raise ValueError("the order of a field names a source that is not known")
        if self.manual & set(self.order):
            raise ValueError("a manual source needs no place in the order")

    def rank(self, source: str, of_field: str = "") -> int:
        """The place of a source in the order (of a field); sources that are not named come after all that are."""
        order = self.orders.get(of_field, self.order)
        return order.index(source) if source in order else len(self.order)

    def title(self, source: str) -> Text:
        return self.titles.get(source, Text(source, source))


@dataclass(frozen=True, slots=True)
class Choice:
    """The claim that is believed, why, and the claims that say otherwise (of other values, newest first)."""

    claim: Claim
    rule: str
    reason: Text
    against: tuple[Claim, ...]

    @property
    def value(self) -> Any:
        return self.claim.value


_REASONS: Final = {
    "only": Text("只有{source}提供（{on}）", "only {source} says so ({on})"),
    "agreed": Text("各来源一致", "all sources agree"),
    "manual": Text("以人工更正为准（{on}）", "corrected by hand ({on})"),
    "source": Text("{source}优先于{other}", "{source} comes before {other}"),
    "newer": Text(
        "{source}更新（{on}，另一来源{other_on}）", "{source} is newer ({on}; the other {other_on})"
    ),
}


def choose(claims: Iterable[Claim], rules: SourceRules) -> Choice | None:
    """The claim to believe among claims of one field; None when nobody says anything.

    The answer does not depend on the order of the claims. Raises ValueError for claims of several fields.
    """
    said = [claim for claim in claims if claim.value is not None and claim.value != ""]
    if not said:
        return None
    if len({claim.field for claim in said}) > 1:
        raise ValueError("claims of several fields")
    ordered = sorted(said, key=lambda claim: _precedence(claim, rules))
    best = ordered[0]
    others = [claim for claim in ordered[1:] if claim.value != best.value]
    rule = _rule(best, said, others, rules)
    other = others[0] if others else best
    reason = Text(_REASONS[rule].zh, _REASONS[rule].en)
    words = {"on": best.on.isoformat(), "other_on": other.on.isoformat()}
    zh = reason.zh.format(source=rules.title(best.source).zh, other=rules.title(other.source).zh, **words)
    en = reason.en.format(source=rules.title(best.source).en, other=rules.title(other.source).en, **words)
    newest = tuple(sorted(others, key=lambda claim: (-claim.on.toordinal(), claim.source, str(claim.value))))
    return Choice(best, rule, Text(zh, en), newest)


def is_believed(fresh: Claim, held: Claim, rules: SourceRules) -> bool:
    """Whether what was just delivered replaces what is held. Of two deliveries of one source on one day the later is believed."""
    if fresh.source == held.source and fresh.source not in rules.manual:
        return fresh.on >= held.on
    best = min((fresh, held), key=lambda claim: _precedence(claim, rules)[:3])
    return best is fresh


def choose_all(claims: Iterable[Claim], rules: SourceRules) -> dict[str, Choice]:
    """`choose` for every field that anybody says something of."""
    by_field: dict[str, list[Claim]] = {}
    for claim in claims:
        by_field.setdefault(claim.field, []).append(claim)
    chosen = {name: choose(said, rules) for name, said in sorted(by_field.items())}
    return {name: choice for name, choice in chosen.items() if choice is not None}


def _precedence(claim: Claim, rules: SourceRules) -> tuple[Any, ...]:
    """Sorts the most believed claim first; the last parts only make ties fall the same way always."""
    by_hand = 0 if claim.source in rules.manual else 1
    newer = -claim.on.toordinal()
    rank = rules.rank(claim.source, claim.field)
    if by_hand == 0 or rules.prefer.get(claim.field) is Prefer.NEWER:
        return (by_hand, newer, rank, claim.source, str(claim.value), claim.by)
    return (by_hand, rank, newer, claim.source, str(claim.value), claim.by)


def _rule(best: Claim, said: list[Claim], others: list[Claim], rules: SourceRules) -> str:
    if len(said) == 1:
        return "manual" if best.source in rules.manual else "only"
    if not others:
        return "agreed"
    if best.source in rules.manual:
        return "manual"
    other = others[0]
    same_rank = rules.rank(best.source, best.field) == rules.rank(other.source, best.field)
    if rules.prefer.get(best.field) is Prefer.NEWER:
        return "newer" if best.on != other.on else "source"
    return "newer" if same_rank else "source"

"""How policies are shown: rules as tables by dose, changes, and what a switch changes for whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vaxkit.immunization.differences import ChangeKind
from vaxkit.immunization.policy import Statement
from vaxkit.vocabulary import Source, Status, Text
from yingjie.areas import queries as areas
from yingjie.foundation.access.actor import Actor
from yingjie.vaccines.queries import VersionView
from yingjie.vaccines.wording import in_language
from yingjie.web.registry import Words

STATES: dict[str, tuple[Words, str, str]] = {
    "draft": (pgettext_lazy("policy", "Draft"), "grey", "edit"),
    "active": (pgettext_lazy("policy", "In force"), "green", "circle-check"),
    "replaced": (pgettext_lazy("policy", "Replaced"), "slate", "history"),
    "withdrawn": (pgettext_lazy("policy", "Withdrawn"), "red", "circle-x"),
}
KINDS: dict[str, Words] = {
    "ages": _("Age"),
    "intervals": _("Interval"),
    "allowable_intervals": _("Interval that counts"),
    "recurring": pgettext_lazy("rule", "Again and again"),
    "seasons": pgettext_lazy("rule", "Season"),
    "preferable": pgettext_lazy("rule", "Products"),
    "allowable": _("Products that count"),
    "inadvertent": pgettext_lazy("rule", "Products never meant"),
    "prefer": _("Products that come first"),
    "skips": pgettext_lazy("policy", "Whom"),
    "gaps": _("Gap to other vaccines"),
    "contraindications": _("Contraindications and deferrals"),
    "conflicts": pgettext_lazy("rule", "Live vaccines apart"),
}
STAGES: dict[str, Words] = {
    "primary": _("Primary course"),
    "booster-1": _("First booster"),
    "booster-2": _("Second booster"),
    "xbb": _("XBB dose"),
}
CHANGES: dict[ChangeKind, tuple[Words, str, str]] = {
    ChangeKind.ADDED: (pgettext_lazy("rule", "New"), "green", "plus"),
    ChangeKind.CHANGED: (pgettext_lazy("rule", "Changed"), "blue", "edit"),
    ChangeKind.ENDED: (pgettext_lazy("rule", "Over"), "grey", "minus"),
}
MARKS: dict[str, Words] = {
    "V": _("read in the official text"),
    "2": _("read where others quote it"),
    "M": _("from memory: to be verified"),
}


@dataclass(frozen=True)
class RuleRow:
    """One rule in words: `on` the doses it stands on; `is_of_policy`: its document is the policy's own."""

    kind: Words
    on: str
    text: Text
    source: Source
    mark: Words
    is_of_policy: bool


@dataclass(frozen=True)
class RuleTable:
    title: Words
    rows: tuple[RuleRow, ...]


@dataclass(frozen=True)
class Move:
    """People who go from one place to another: status and next dose before and after."""

    before: Status
    number_before: int
    after: Status
    number_after: int
    people: int


@dataclass(frozen=True)
class Effects:
    people: int
    changed: int
    moves: tuple[Move, ...]
    bands: tuple[tuple[str, int], ...]
    places: tuple[tuple[str, int], ...]


def tables(statements: Sequence[Statement], of: Source, own: Mapping[str, Text]) -> list[RuleTable]:
    """The rules by stage of the course, those outside any course last; one rule on several doses is one row. `own`: the policies'
    own words for stages."""
    stages = [*STAGES, *sorted({row.stage for row in statements} - set(STAGES) - {""}), ""]
    found = []
    for stage in stages:
        rows = [row for row in statements if row.stage == stage]
        if rows:
            named = in_language(own[stage]) if stage in own else STAGES.get(stage, stage)
            title = named if stage else _("For everybody")
            found.append(RuleTable(title, tuple(_together(rows, of))))
    return found


def effects(actor: Actor, counted: Mapping[str, Any] | None) -> Effects | None:
    """What a switch changes, as far as the actor's areas go."""
    if not counted:
        return None
    villages = {code: _sum(moves) for code, moves in counted["villages"].items() if _is_mine(actor, code)}
    names = areas.places(villages)
    return Effects(
        people=counted["people"],
        changed=counted["changed"],
        moves=tuple(_move(row) for row in counted["moves"]),
        bands=tuple((band, _sum(moves)) for band, moves in counted["bands"].items()),
        places=tuple((names.get(code, code), people) for code, people in sorted(villages.items())),
    )


def page(actor: Actor, view: VersionView) -> dict[str, Any]:
    row = view.row
    return {
        "view": view,
        "row": row,
        "state": STATES[row.state],
        "tables": tables(view.statements, view.source, view.stage_titles),
        "changes": [(change, *CHANGES[change.kind]) for change in view.changes],
        "effects": effects(actor, row.effects),
        "others": [(other, *STATES[other.state]) for other in view.others],
        "mark": MARKS[view.source.mark],
        "may_change": actor.may("vaccines.change"),
    }


def _is_mine(actor: Actor, code: str) -> bool:
    """Whoever switches policies sees the villages below the areas on which they may."""
    return actor.may("vaccines.change", code) or actor.may("oversight.view", code)


def _together(rows: Sequence[Statement], of: Source) -> list[RuleRow]:
    doses: dict[tuple[str, str], list[str]] = {}
    first: dict[tuple[str, str], Statement] = {}
    for row in rows:
        key = (row.kind, row.rule)
        first.setdefault(key, row)
        if row.dose and str(row.dose) not in doses.setdefault(key, []):
            doses[key].append(str(row.dose))
    return [
        RuleRow(
            KINDS.get(row.kind, row.kind),
            ", ".join(sorted(doses.get(key, ()))),
            row.text,
            row.source,
            MARKS[row.source.mark],
            (row.source.document, row.source.number, row.source.on) == (of.document, of.number, of.on),
        )
        for key, row in first.items()
    ]


def _move(row: Mapping[str, Any]) -> Move:
    (before, number_before), (after, number_after) = row["from"], row["to"]
    return Move(Status(before), number_before, Status(after), number_after, row["people"])


def _sum(moves: Sequence[Mapping[str, Any]]) -> int:
    return sum(int(move["people"]) for move in moves)


def title(text: Text) -> str:
    return in_language(text)

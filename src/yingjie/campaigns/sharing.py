"""The targets of one milestone, worked out: load the people and the figures set by hand, decide in vaxkit.targets, hand back
values."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.utils.translation import get_language

from vaxkit.targets import Hand, Impossible, Node, across, decompose, share, share_of
from yingjie.areas import queries as areas
from yingjie.areas.models import LEVELS
from yingjie.campaigns.models import KeyFigure, LineByHand, LineTarget, Milestone, Phase, Target
from yingjie.campaigns.refusals import DoesNotFit, NobodyInGroup
from yingjie.foundation.access.actor import system
from yingjie.people.group_counts import NO_LINE, Group, by_area_and_line

_HERE = "of a milestone that the actor was found to see"
#: Whoever may set a figure in a township sets it among the figures of the whole campaign: counting is not by their own areas.
_WHOLE = system("campaigns")


@dataclass(frozen=True)
class Shared:
    """Nodes by area code; cells by (area, line) with their people, of the part that each area keeps to itself."""

    total: int
    nodes: dict[str, Node]
    cells: dict[tuple[str, str], int]
    people: dict[tuple[str, str], int]


def worked_out(
    milestone: Milestone, people: dict[tuple[str, str], int], hands: dict[str, Hand], lines: dict[str, int]
) -> Shared:
    """`people` by (area, line). Raises NobodyInGroup, DoesNotFit."""
    phase = milestone.phase
    root = phase.campaign.area_id
    alone: dict[str, int] = {}
    for (area, _line), number in people.items():
        alone[area] = alone.get(area, 0) + number
    if not sum(alone.values()):
        raise NobodyInGroup(area=phase.campaign.area.name)
    total = share_of(sum(alone.values()), Fraction(milestone.share))
    try:
        nodes = decompose(root, total, _parents(root, alone), alone, hands)
        cells = _crossed(nodes, people, lines)
    except Impossible as refused:
        raise _said(refused) from refused
    return Shared(nodes[root].target, nodes, dict.fromkeys(people, 0) | cells, people)


def counted(phase: Phase, on: date) -> dict[tuple[str, str], int]:
    """The people by whom a phase is shared: those of the ledger on a day, or the figures that were stated."""
    root = phase.campaign.area_id
    if phase.key == "stated":
        rows = KeyFigure.objects.unscoped(_HERE).filter(phase=phase)
        return {(area, NO_LINE): number for area, number in rows.values_list("area_id", "people")}
    group = Group(phase.age_from, phase.age_until, phase.category, phase.present_only)
    return by_area_and_line(_WHOLE, root, on, group)


def counted_before(milestone: Milestone) -> dict[tuple[str, str], int]:
    """The people by whom the milestone was shared out last."""
    rows = LineTarget.objects.unscoped(_HERE).filter(milestone=milestone, people__gt=0)
    return {(area, line): number for area, line, number in rows.values_list("area_id", "line", "people")}


def hands_of(milestone: Milestone) -> dict[str, Hand]:
    rows = Target.objects.unscoped(_HERE).filter(milestone=milestone, by_hand__isnull=False)
    return {
        area: Hand(int(figure or 0), reason)
        for area, figure, reason in rows.values_list("area_id", "by_hand", "reason")
    }


def lines_of(milestone: Milestone) -> dict[str, int]:
    return dict(LineByHand.objects.unscoped(_HERE).filter(milestone=milestone).values_list("line", "target"))


def _parents(root: str, people: dict[str, int]) -> dict[str, str]:
    """Child → parent below the root: every open area, and those with people whatever their state."""
    known = {row.code: row.parent_code for row in areas.open_under(_WHOLE, root, LEVELS)}
    known.pop(root, None)
    parents = {code: parent or root for code, parent in known.items()}
    for code in people:
        if code != root and code not in parents:
            parents[code] = next((each for each in _above(code, root) if each in parents), root)
    return parents


def _above(code: str, root: str) -> list[str]:
    return [code[:length] for length in (14, 12, 9, 6, 4) if len(root) < length < len(code)]


def _crossed(
    nodes: dict[str, Node], people: dict[tuple[str, str], int], by_hand: dict[str, int]
) -> dict[tuple[str, str], int]:
    """The areas' own parts against the lines' shares of the same total."""
    rows = {code: node.itself for code, node in nodes.items() if node.itself}
    held = {key: number for key, number in people.items() if key[0] in rows}
    for code in rows.keys() - {area for area, _line in held}:
        held[code, NO_LINE] = 1  # a figure set by hand where nobody stands is no line's
    weights: dict[str, int] = {}
    for (_area, line), number in held.items():
        weights[line] = weights.get(line, 0) + number
    lines = share(
        sum(rows.values()), weights, {line: target for line, target in by_hand.items() if line in weights}
    )
    return across(rows, lines, held)


def _said(refused: Impossible) -> DoesNotFit:
    language = get_language() or "zh"
    why = refused.reason
    if refused.key:
        name = areas.names([refused.key]).get(refused.key, refused.key)
        why = type(why)(why.zh.replace(refused.key, name, 1), why.en.replace(refused.key, name, 1))
    return DoesNotFit(why=why.in_(language), then=refused.next_step.in_(language))

"""Reads of campaigns. Whoever may change a campaign sees all of it; others see it from the areas they hold, and issued targets
alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, QuerySet, Sum
from django.utils.translation import get_language

from vaxkit.coverage import Coverage
from vaxkit.coverage.rollup import AREA_CODE_LENGTHS
from yingjie.areas import queries as areas
from yingjie.areas import unit_queries
from yingjie.areas.queries import AreaRow
from yingjie.campaigns.models import Campaign, KeyFigure, LineByHand, LineTarget, Milestone, Phase, Target
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.refusals import NotFound

VIEW, CHANGE = "campaigns.view", "campaigns.change"
_SEEN = "of a campaign that the actor was found to see"


@dataclass(frozen=True)
class CampaignRow:
    id: UUID
    title: str
    area_code: str
    area_name: str
    starts_on: date
    ends_on: date
    phases: int


@dataclass(frozen=True)
class MilestoneView:
    """`target` and `people` are those of the area asked for; None where the targets are not shared out, or not yet to be seen."""

    id: UUID
    on: date
    share: Decimal
    counted_on: date | None
    issued_at: datetime | None
    target: int | None
    people: int | None


@dataclass(frozen=True)
class PhaseView:
    id: UUID
    title: str
    dose: int
    age_from: int
    age_until: int | None
    category: str
    present_only: bool
    key: str
    from_on: date
    milestones: tuple[MilestoneView, ...]

    @property
    def is_issued(self) -> bool:
        return any(milestone.issued_at for milestone in self.milestones)


@dataclass(frozen=True)
class CampaignView:
    id: UUID
    title: str
    area: AreaRow
    starts_on: date
    ends_on: date
    phases: tuple[PhaseView, ...]
    may_change: bool


@dataclass(frozen=True)
class TargetRow:
    """An area's or a line's target; `key` its code. `by_people` is what the people alone make it, None for lines."""

    key: str
    name: str
    people: int
    target: int
    by_people: int | None = None
    is_by_hand: bool = False
    reason: str = ""
    set_by: str = ""

    @property
    def share(self) -> Coverage:
        return Coverage(self.target, self.people)


@dataclass(frozen=True)
class Board:
    """One area's targets at one milestone: itself, the areas one level below (and the part of people who stand in none of
    them), the
    lines. `may_set`: whether the actor may set the figures of the areas below by hand, `may_set_lines` those of the lines."""

    campaign: CampaignRow
    phase: PhaseView
    milestone: MilestoneView
    area: AreaRow
    total: TargetRow
    itself: int
    below: tuple[TargetRow, ...]
    lines: tuple[TargetRow, ...]
    may_set: bool
    may_set_lines: bool


def campaigns(actor: Actor) -> list[CampaignRow]:
    """Those of the actor's areas and of the areas above them, the newest first."""
    found = _campaigns(actor).select_related("area")
    return [_row(each, len(_phases(each))) for each in found.order_by("-starts_on", "title")]


def campaign(actor: Actor, campaign_id: UUID) -> CampaignView:
    """Raises NotFound."""
    found = _campaigns(actor).filter(pk=campaign_id).first()
    if found is None:
        raise NotFound()
    area = areas.path(found.area_id)[-1]
    seen_from = _seen_from(actor, found.area_id)
    may = actor.may(CHANGE, found.area_id)
    phases = tuple(_phase(phase, seen_from, may) for phase in _phases(found))
    return CampaignView(found.pk, found.title, area, found.starts_on, found.ends_on, phases, may)


def phase(actor: Actor, phase_id: UUID) -> tuple[CampaignView, PhaseView]:
    """Raises NotFound."""
    found = Phase.objects.unscoped("the campaign is looked up by the actor below").filter(pk=phase_id).first()
    if found is None:
        raise NotFound()
    view = campaign(actor, found.campaign_id)
    return view, next(each for each in view.phases if each.id == phase_id)


def key_figures(actor: Actor, phase_id: UUID) -> dict[str, int]:
    """The stated figures of a phase by area code, of the actor's areas."""
    return dict(
        KeyFigure.objects.visible_to(actor, CHANGE)
        .filter(phase_id=phase_id)
        .order_by("area_id")
        .values_list("area_id", "people")
    )


def board(actor: Actor, milestone_id: UUID, area_code: str = "") -> Board:
    """The targets of an area (left out: the highest that the actor sees). Raises NotFound for what the actor may not see, or
    not yet."""
    rows = Milestone.objects.unscoped("the campaign is looked up by the actor below")
    found = (
        rows.select_related("phase__campaign__area").filter(pk=milestone_id, counted_on__isnull=False).first()
    )
    if found is None:
        raise NotFound()
    root = found.phase.campaign.area_id
    code = area_code or _seen_from(actor, root)
    may = actor.may(CHANGE, root)
    targets = Target.objects.visible_to(actor).filter(milestone=found)
    here = targets.filter(area_id=code).first()
    if here is None or not (may or found.issued_at):
        raise NotFound()
    area = areas.path(code)[-1]
    below = targets.filter(area__parent_id=code).exclude(Q(people=0) & Q(target=0))
    names = areas.names([code, *below.values_list("area_id", flat=True)])
    return Board(
        campaign=_row(found.phase.campaign, 0),
        phase=_phase(found.phase, code, may),
        milestone=_milestone(found, {found.pk: (here.target, here.people)}),
        area=area,
        total=_target(here, names),
        itself=here.itself if below else 0,
        below=tuple(_target(row, names) for row in below.order_by("area_id")),
        lines=_lines(actor, found, code),
        may_set=actor.may(CHANGE, code),
        may_set_lines=may and code == root,
    )


def _lines(actor: Actor, milestone: Milestone, code: str) -> tuple[TargetRow, ...]:
    rows = LineTarget.objects.visible_to(actor).filter(milestone=milestone, area__code__startswith=code)
    sums = rows.order_by().values_list("line").annotate(people=Sum("people"), target=Sum("target"))
    hands = {row.line: row for row in LineByHand.objects.unscoped(_SEEN).filter(milestone=milestone)}
    whole = code == milestone.phase.campaign.area_id
    found = []
    known = unit_queries.lines()
    for line, people, target in sums:
        hand = hands.get(line) if whole else None
        name = known[line].title.in_(get_language() or "zh") if line in known else ""
        found.append(
            TargetRow(
                line,
                name,
                people,
                target,
                None,
                hand is not None,
                hand.reason if hand else "",
                hand.set_by if hand else "",
            )
        )
    order = {line: at for at, line in enumerate(known)}
    return tuple(sorted(found, key=lambda row: order.get(row.key, len(order))))


def _campaigns(actor: Actor) -> QuerySet[Campaign]:
    above = {
        held.area_code[:length]
        for held in actor.scopes(VIEW)
        for length in AREA_CODE_LENGTHS
        if length <= len(held.area_code)
    }
    rows = Campaign.objects.unscoped("those of the actor's areas, and of the areas above them")
    if actor.is_system:
        return rows
    seen = Campaign.scope.condition(actor)
    return rows.none() if seen is None else rows.filter(seen | Q(area_id__in=above))


def _seen_from(actor: Actor, root: str) -> str:
    """The highest area of a campaign that the actor sees: its own, or the one on which they hold a role."""
    if actor.may(VIEW, root):
        return root
    mine = [held.area_code for held in actor.scopes(VIEW) if held.area_code.startswith(root)]
    return min(mine, key=lambda code: (len(code), code), default=root)


def _phases(campaign: Campaign) -> list[Phase]:
    rows = campaign.phases.unscoped(_SEEN)
    return list(rows.order_by("from_on", "dose", "title"))


def _phase(phase: Phase, seen_from: str, may: bool) -> PhaseView:
    milestones = list(phase.milestones.unscoped(_SEEN).order_by("on"))
    told = [each for each in milestones if may or each.issued_at]
    rows = Target.objects.unscoped(_SEEN).filter(milestone__in=told, area_id=seen_from)
    figures = {
        key: (target, people) for key, target, people in rows.values_list("milestone_id", "target", "people")
    }
    return PhaseView(
        phase.pk, phase.title, phase.dose, phase.age_from, phase.age_until, phase.category, phase.present_only, phase.key,
        phase.from_on, tuple(_milestone(each, figures) for each in milestones),
    )  # fmt: skip


def _milestone(row: Milestone, figures: dict[UUID, tuple[int, int]]) -> MilestoneView:
    target, people = figures.get(row.pk, (None, None))
    return MilestoneView(row.pk, row.on, row.share, row.counted_on, row.issued_at, target, people)


def _row(row: Campaign, phases: int) -> CampaignRow:
    return CampaignRow(row.pk, row.title, row.area_id, row.area.name, row.starts_on, row.ends_on, phases)


def _target(row: Target, names: dict[str, str]) -> TargetRow:
    return TargetRow(
        row.area_id, names.get(row.area_id, row.area_id), row.people, row.target, row.by_people, row.by_hand is not None,
        row.reason, row.set_by,
    )  # fmt: skip


def issued(actor: Actor, area_code: str) -> Iterable[tuple[PhaseView, MilestoneView]]:
    """Every issued milestone with an area's figures, for the pace and the bulletin: by phase and day."""
    if not actor.may(VIEW, area_code):
        raise NotFound()
    for row in _campaigns(actor).order_by("starts_on", "title"):
        if area_code.startswith(row.area_id):
            for each in _phases(row):
                view = _phase(each, area_code, may=False)
                yield from (
                    (view, milestone) for milestone in view.milestones if milestone.target is not None
                )

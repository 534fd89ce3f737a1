"""Reads of scenarios."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from yingjie.foundation.access.actor import Actor
from yingjie.foundation.refusals import NotFound
from yingjie.plans.models import Scenario
from yingjie.sites import queries as sites

VIEW, CHANGE = "plans.view", "plans.change"
#: Digits of a county's code.
COUNTY = 6


@dataclass(frozen=True)
class ScenarioRow:
    """A scenario without its documents."""

    id: UUID
    site_id: UUID
    site_name: str
    on: date
    title: str
    based_on: UUID | None
    made_by: str
    made_at: datetime
    simulated_at: datetime | None
    job_id: UUID | None

    @property
    def is_done(self) -> bool:
        return self.simulated_at is not None


@dataclass(frozen=True)
class ScenarioView(ScenarioRow):
    """With its plan, where the figures come from, and what came out. `may_change`: the actor may copy it."""

    document: dict[str, Any]
    basis: dict[str, Any]
    replications: int
    seed: int
    result: dict[str, Any] | None
    staffing: dict[str, Any] | None
    may_change: bool
    area_code: str


def scenarios(actor: Actor, *, site_id: UUID | None = None, most: int = 100) -> list[ScenarioRow]:
    """Scenarios at the actor's sites, the newest day first."""
    rows = Scenario.objects.visible_to(actor).defer("document", "basis", "result", "staffing")
    rows = rows.filter(site_id=site_id) if site_id else rows
    found = list(rows.order_by("-on", "-made_at")[:most])
    names = sites.names({row.site_id for row in found})
    return [_row(row, names[row.site_id]) for row in found]


def scenario(actor: Actor, scenario_id: UUID, permission: str = VIEW) -> ScenarioView:
    """One scenario. Raises NotFound."""
    row = Scenario.objects.visible_to(actor, permission).filter(pk=scenario_id).first()
    if row is None:
        raise NotFound()
    return _view(actor, row)


def of_day(actor: Actor, site_id: UUID, on: date) -> list[ScenarioView]:
    """Every scenario of a day at a site, in the order in which they were made."""
    rows = Scenario.objects.visible_to(actor).filter(site_id=site_id, on=on).order_by("made_at", "pk")
    return [_view(actor, row) for row in rows]


def _view(actor: Actor, row: Scenario) -> ScenarioView:
    at = sites.site(actor, row.site_id, VIEW)
    brief = _row(row, at.name)
    return ScenarioView(
        **{name: getattr(brief, name) for name in ScenarioRow.__dataclass_fields__}, document=row.document, basis=row.basis,
        replications=row.replications, seed=row.seed, result=row.result, staffing=row.staffing,
        may_change=actor.may(CHANGE, at.area_code, at.id), area_code=at.area_code,
    )  # fmt: skip


def _row(row: Scenario, site_name: str) -> ScenarioRow:
    title = row.title or _("As the ledger has it")
    return ScenarioRow(
        row.pk, row.site_id, site_name, row.on, title, row.based_on, row.made_by, row.made_at, row.simulated_at, row.job_id
    )  # fmt: skip

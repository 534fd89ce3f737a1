"""Who works at the clinic, the steps that tests take, and what a refusal must leave as it was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.modules import campaign, visits
from yingjie.clinic.models import Consent, Override, Reaction, Screening, Visit
from yingjie.doses import actions as doses
from yingjie.doses.models import Dose
from yingjie.foundation.journal.models import Entry
from yingjie.foundation.refusals import Refusal
from yingjie.people.models import HealthCondition, Person
from yingjie.sites.models import Site
from yingjie.stock.models import Balance, Movement

DESK = campaign.actor("registrar")
DOCTOR = campaign.actor("screening_doctor")
NEEDLE = campaign.actor("vaccinator")
BENCH = campaign.actor("observer")
LEAD = campaign.actor("site_lead")
VIAL = campaign.trace_code(1)


def register(site: Site, person: Person, **more: Any) -> Visit:
    return visits.registered(site.pk, person.pk, by=DESK, **more)


def ready(site: Site, person: Person) -> Visit:
    return visits.ready(site.pk, person.pk, by=DESK)


def verify(visit: Visit, vial: str = VIAL, **more: Any) -> Visit:
    return visits.verified(visit, vial, **{"by": NEEDLE} | more)


def vaccinate(visit: Visit, vial: str = VIAL) -> Visit:
    return visits.given(visit, vial, by=NEEDLE)


def everything() -> dict[str, list[Any]]:
    """All rows that a step of a visit could change; look-ups are journalled even when they lead to nothing."""
    tables = (Visit, Consent, Screening, Override, Reaction, Dose, Balance, Movement, HealthCondition)
    found = {
        model.__name__: list(model.objects.unscoped(campaign.ALL).order_by("pk").values()) for model in tables
    }
    return found | {
        "journal": list(Entry.objects.exclude(verb="people.look_up").order_by("pk").values("verb"))
    }


def refused(kind: type[Refusal], verb: Callable[..., Any], /, *args: Any, **arguments: Any) -> Refusal:
    """The refusal; nothing changed."""
    before = everything()
    with pytest.raises(kind) as caught:
        verb(*args, **arguments)
    assert type(caught.value) is kind
    assert everything() == before
    said = caught.value.as_dict()
    whole = "".join(said[language][part] for language in ("zh", "en") for part in ("reason", "next_step"))
    assert "{" not in whole and all(said["zh"].values())
    return caught.value


def dose_elsewhere(person: Person, days_ago: int = 0) -> Dose:
    at = campaign.site("S9")
    given_at = campaign.NOON - timedelta(days=days_ago, hours=2)
    return doses.record(
        by=campaign.maker, person_id=person.pk, product_code=campaign.BIBP, number=1, given_at=given_at, site_id=at.pk,
        lot_number="X", expires_on=campaign.EXPIRY, vial_code="", given_by="another nurse",
    )  # fmt: skip

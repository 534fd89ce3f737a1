"""The people behind doses, for whoever follows vaccine (stock.recipients): stock knows which doses left it, doses know to whom.

A record that was taken back is followed to the one that replaced it: what superseded it, or what was recorded for the right person
with the same vial at the same moment. Where there is none yet, it stays in the list as taken back: somebody had that dose,
and who it was must be asked where it was given.
"""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q
from django.urls import reverse

from yingjie.areas import queries as areas
from yingjie.doses.models import Dose
from yingjie.foundation.access.actor import Actor
from yingjie.people import queries as people
from yingjie.people.ledger_queries import first_phones
from yingjie.sites import queries as sites
from yingjie.stock.recipients import Recipient, Recipients


def recipients(actor: Actor, dose_ids: Sequence[UUID]) -> Recipients:
    """Those of the doses' people whom the actor may know, newest dose first, and how many others there are."""
    asked = set(dose_ids)
    found = list(Dose.objects.unscoped("replaced below by what the actor may see").filter(pk__in=asked))
    behind = replaced(found)
    current = [behind.get(row.pk, row) for row in found]
    visible = set(
        Dose.objects.visible_to(actor).filter(pk__in=[row.pk for row in current]).values_list("pk", flat=True)
    )
    rows = sorted(
        (row for row in current if row.pk in visible),
        key=lambda row: (row.given_at is not None, row.given_at, str(row.pk)),
        reverse=True,
    )
    return Recipients(_shown(rows), len(asked) - len(rows))


def replaced(rows: Sequence[Dose]) -> dict[UUID, Dose]:
    """The record that stands now for each that was taken back, by the id of the latter; none where there is none."""
    voided = [row for row in rows if row.voided_at is not None]
    if not voided:
        return {}
    later = Dose.objects.unscoped("whose dose it was, whoever is asked about").filter(
        Q(supersedes__in=[row.pk for row in voided])
        | Q(given_on__in={row.given_on for row in voided}, vial_code__in={row.vial_code for row in voided} - {""}),
        voided_at__isnull=True,
    )  # fmt: skip
    supersedes = {row.supersedes_id: row for row in later if row.supersedes_id}
    same_vial = {(row.site_id, row.vial_code, row.given_at): row for row in later}
    found = {
        row.pk: supersedes.get(row.pk) or same_vial.get((row.site_id, row.vial_code, row.given_at))
        for row in voided
    }
    return {key: row for key, row in found.items() if row is not None}


def _shown(rows: Sequence[Dose]) -> tuple[Recipient, ...]:
    briefs = people.briefs({row.person_id for row in rows})
    phones = first_phones({row.person_id for row in rows})
    places = areas.places({brief.area_code for brief in briefs.values()})
    names = sites.names({row.site_id for row in rows if row.site_id})
    return tuple(
        Recipient(
            dose_id=row.pk,
            person_id=row.person_id,
            name=briefs[row.person_id].name,
            area=places.get(briefs[row.person_id].area_code, ""),
            phone=phones.get(row.person_id, ""),
            given_at=row.given_at,
            site_name=names.get(row.site_id, "") if row.site_id else "",
            lot_number=row.lot_number,
            vial_code=row.vial_code,
            number=row.number,
            url=reverse("person", args=[row.person_id]),
            is_taken_back=row.voided_at is not None,
        )
        for row in rows
        if row.person_id in briefs
    )

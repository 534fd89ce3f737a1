"""The people behind doses, for whoever follows vaccine (stock.recipients): stock knows which doses left it, doses know to whom."""

from collections.abc import Sequence
from uuid import UUID

from django.urls import reverse

from yingjie.areas import queries as areas
from yingjie.doses.models import Dose
from yingjie.foundation.access.actor import Actor
from yingjie.people import queries as people
from yingjie.people.ledger_queries import first_phones
from yingjie.sites import queries as sites
from yingjie.stock.recipients import Recipient, Recipients


def recipients(actor: Actor, dose_ids: Sequence[UUID]) -> Recipients:
    """Those of the doses' people whom the actor may know, newest dose first, and how many others there are.

    A record that was taken back is among them: somebody had that dose, and who it was must be asked where it was given."""
    rows = list(Dose.objects.visible_to(actor).filter(pk__in=dose_ids).order_by("-given_at", "pk"))
    briefs = people.briefs({row.person_id for row in rows})
    phones = first_phones({row.person_id for row in rows})
    places = areas.places({brief.area_code for brief in briefs.values()})
    names = sites.names({row.site_id for row in rows if row.site_id})
    seen = tuple(
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
    return Recipients(seen, len(set(dose_ids)) - len(seen))

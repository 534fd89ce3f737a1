"""What must hold over all places, and what is said where it does not."""

from __future__ import annotations

from uuid import uuid4

from tests.modules import campaign
from tests.modules.stock.test_in_and_out import take

from yingjie.doses import actions as doses
from yingjie.doses import against_stock
from yingjie.sites.models import Site
from yingjie.stock import tracing
from yingjie.stock.checking import Fault, faults
from yingjie.stock.models import Balance, Vial


def test_all_is_well(site: Site) -> None:
    campaign.lot(site)
    take(site)
    assert list(faults()) == []


def test_each_fault_is_named(site: Site) -> None:
    lot = campaign.lot(site)
    take(site, 1)
    take(site, 2)
    Balance.objects.unscoped(campaign.ALL).update(doses=4)
    rows = Vial.objects.unscoped(campaign.ALL)
    rows.filter(code=campaign.trace_code(2)).delete()
    Vial(site=campaign.site("S2"), lot=lot, code=campaign.trace_code(3), doses=1).save()
    assert list(faults()) == [
        Fault("balance", f"{site.pk} {lot.pk} usable", 4, 3),
        Fault("overused", campaign.trace_code(2), 1, 0),
        Fault("two_places", campaign.trace_code(3), 2, 1),
    ]


def test_doses_on_record_and_doses_that_left_the_stock(site: Site) -> None:
    campaign.lot(site)
    person, dose_id = campaign.person(), uuid4()
    take(site, 1, dose_id=dose_id)
    assert [each.side for each in against_stock.unmatched()] == ["stock"]
    given = {
        "by": campaign.maker, "person_id": person.pk, "product_code": campaign.BIBP, "given_at": campaign.NOON,
        "site_id": site.pk, "lot_number": "L1", "expires_on": campaign.EXPIRY, "vial_code": "", "given_by": "nurse",
    }  # fmt: skip
    doses.record(**given, number=1, dose_id=dose_id)
    assert list(against_stock.unmatched()) == []
    other = doses.record(**given, number=2)
    assert [(each.side, each.dose_id) for each in against_stock.unmatched()] == [("record", other.pk)]


def test_a_dose_recorded_for_the_wrong_person_is_followed_to_the_right_one(site: Site) -> None:
    lot = campaign.lot(site)
    wrong, right, dose_id = campaign.person(1), campaign.person(2), uuid4()
    taken = take(site, 1, dose_id=dose_id)
    given = {
        "by": campaign.maker, "product_code": campaign.BIBP, "given_at": campaign.NOON, "site_id": site.pk, "number": 1,
        "lot_number": "L1", "expires_on": campaign.EXPIRY, "vial_code": taken.vial_code, "given_by": "nurse",
    }  # fmt: skip
    doses.record(**given, person_id=wrong.pk, dose_id=dose_id)
    lead = campaign.actor("county_lead", "110117")
    (one,) = tracing.people_of_lot(lead, lot.pk).seen
    assert (one.person_id, one.is_taken_back) == (wrong.pk, False)
    doses.correct(by=campaign.maker, person_id=wrong.pk, dose_id=dose_id, reason="another card")
    (one,) = tracing.people_of_lot(lead, lot.pk).seen
    assert (one.person_id, one.is_taken_back) == (wrong.pk, True)
    doses.record(**given, person_id=right.pk)
    found = tracing.people_of_lot(lead, lot.pk)
    assert [(each.person_id, each.is_taken_back) for each in found.seen] == [(right.pk, False)]
    assert found.total == 1
    assert list(against_stock.unmatched()) == []
    stranger = campaign.actor("county_lead", "110118")
    assert tracing.people_of_lot(stranger, lot.pk).total == 0
    elsewhere = campaign.actor("town_lead", "110117002")
    assert tracing.people_of_lot(elsewhere, lot.pk).seen == ()

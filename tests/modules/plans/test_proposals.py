"""Who goes where: computed from the ledger, explained, applied whole or not at all, taken back, planned anew."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from tests.modules import campaign
from tests.modules.plans.conftest import LEAD, MORNING, TOMORROW, TOWN, slots_of
from yingjie.bookings import actions as bookings
from yingjie.bookings import session_actions, supply
from yingjie.bookings.models import Booking, Session
from yingjie.bookings.sharing import Kept
from yingjie.doses import actions as doses
from yingjie.foundation import clock
from yingjie.foundation.jobs.models import Job
from yingjie.foundation.refusals import NotAllowed, NotFound
from yingjie.plans import proposal_actions, proposal_queries, refusals
from yingjie.plans.models import Placed, Proposal
from yingjie.plans.ways import kilometres
from yingjie.sites.models import Site

DAYS = {"first_on": TOMORROW, "last_on": TOMORROW + timedelta(days=2)}


def placed(proposal: Proposal) -> list[Placed]:
    rows = Placed.objects.unscoped(campaign.ALL).filter(proposal_id=proposal.pk)
    return list(rows.order_by("on", "pk"))


def live() -> set[UUID]:
    rows = Booking.objects.unscoped(campaign.ALL).filter(state="booked")
    return set(rows.values_list("person_id", flat=True))


def at(site: Site, days: int, seats: int = 1) -> Session:
    return session_actions.open_session(
        by=LEAD,
        site_id=site.pk,
        from_at=MORNING + timedelta(days=days),
        until_at=MORNING + timedelta(days=days, hours=1),
        products=[campaign.BIBP],
        minutes=30,
        seats=seats,
        offline_percent=0,
    )


def test_a_proposal_from_the_ledger_to_its_end(client: Client, site: Site) -> None:
    """Four people, two seats tomorrow and four the day after; one has a place already."""
    first, second = at(site, 0), at(site, 1, 2)
    people = [campaign.person(serial) for serial in range(1, 6)]
    bookings.book(by=campaign.actor("registrar"), person_id=people[4].pk, slot_id=slots_of(second)[0].pk)
    asked = proposal_actions.propose(by=TOWN, area_code=campaign.TOWN, **DAYS)
    assert Job.objects.get(kind="plans.propose").arguments["proposal_id"] == str(asked.pk)
    made = proposal_actions.compute(by=TOWN, proposal_id=asked.pk)
    rows = placed(made)
    assert (made.state, made.told["people"], made.told["placed"], made.told["left"]) == ("ready", 4, 4, 0)
    assert [row.session_id for row in rows] == [first.pk] * 2 + [second.pk] * 2
    assert made.told["out"] == {"booked": 1} and made.told["gap"] == 0.0
    assert all(row.because["zh"] and row.because["en"] for row in rows) and live() == {people[4].pk}

    (wave,) = proposal_queries.waves(made.pk)
    assert (wave.people, wave.monday, wave.is_short) == (4, TOMORROW + timedelta(days=18), False)

    # Somebody is put elsewhere by hand; the others stay where that is possible.
    proposal_actions.put(by=TOWN, placed_id=rows[0].pk, session_id=second.pk)
    made = proposal_actions.compute(by=TOWN, proposal_id=made.pk)
    mine = next(row for row in placed(made) if row.person_id == rows[0].person_id)
    assert (mine.session_id, mine.pinned) == (second.pk, True) and made.told["placed"] == 4

    # A seat goes to somebody else before it is applied: nothing is booked at all.
    others = [campaign.person(serial) for serial in (8, 9)]
    for other in others:
        bookings.book(by=campaign.actor("registrar"), person_id=other.pk, slot_id=slots_of(second)[1].pk)
    theirs = {people[4].pk, *(other.pk for other in others)}
    with pytest.raises(refusals.MovedOn) as refused:
        proposal_actions.apply(by=TOWN, proposal_id=made.pk)
    assert "1" in refused.value.say_reason() and live() == theirs
    assert Proposal.objects.unscoped(campaign.ALL).get(pk=made.pk).state == "ready"
    session_actions.change_seats(by=LEAD, session_id=second.pk, seats=3)
    counts = proposal_actions.apply(by=TOWN, proposal_id=made.pk)
    assert counts == {"booked": 4, "kept": 0, "given_up": 0} and len(live()) == 7
    with pytest.raises(refusals.NotReady):
        proposal_actions.apply(by=TOWN, proposal_id=made.pk)

    campaign.sign_in(client, "town_lead")
    for name in ("plans_proposal", "plans_proposals_compared", "plans_proposal_print", "plans_replan"):
        answer = client.get(reverse(name, args=[made.pk]), {"village": campaign.VILLAGE})
        assert answer.status_code == 200 and "style=" not in answer.content.decode(), name
    assert client.get(reverse("plans_put", args=[placed(made)[0].pk])).status_code == 200
    assert client.get(reverse("plans_proposals")).status_code == 200
    assert proposal_actions.undo(by=TOWN, proposal_id=made.pk) == 4
    assert live() == theirs


def test_after_a_site_closes_only_its_people_move(site: Site) -> None:
    near = at(site, 0)
    other = campaign.make_ready(campaign.site("S2", hours="08:00–17:00"))
    campaign.lot(other, doses=9, number="L2", first=100)
    far = at(other, 0)
    at(site, 1, 5)
    people = [campaign.person(serial) for serial in range(1, 6)]
    made = proposal_actions.propose(by=TOWN, area_code=campaign.TOWN, **DAYS)
    proposal_actions.compute(by=TOWN, proposal_id=made.pk)
    proposal_actions.apply(by=TOWN, proposal_id=made.pk)
    before = {row.person_id: row for row in placed(made)}
    touched = {key for key, row in before.items() if row.site_id == other.pk}
    assert 0 < len(touched) < len(people) and {near.pk, far.pk} <= {row.session_id for row in before.values()}

    anew = proposal_actions.replan(by=TOWN, proposal_id=made.pk, closed=[other.pk])
    anew = proposal_actions.compute(by=TOWN, proposal_id=anew.pk)
    after = {row.person_id: row for row in placed(anew)}
    stayed = {key for key, row in after.items() if row.session_id == before[key].session_id}
    assert stayed == set(before) - touched and anew.told["stays"] == len(stayed)
    assert all(after[key].site_id == site.pk for key in touched)
    counts = proposal_actions.apply(by=TOWN, proposal_id=anew.pk)
    assert counts == {"booked": len(touched), "kept": len(stayed), "given_up": 0}
    assert live() == {person.pk for person in people}
    gone = Booking.objects.unscoped(campaign.ALL).filter(state="cancelled")
    assert {row.person_id for row in gone} == touched


def test_what_cannot_be_asked_is_refused(site: Site) -> None:
    for first, last, why in (
        (campaign.TODAY - timedelta(days=1), TOMORROW, refusals.DayPast),
        (TOMORROW, campaign.TODAY, refusals.DaysReversed),
        (TOMORROW, TOMORROW + timedelta(days=31), refusals.DaysTooMany),
        (date(9999, 12, 30), date(9999, 12, 31), refusals.TooFarAhead),
    ):
        with pytest.raises(why):
            proposal_actions.propose(by=TOWN, area_code=campaign.TOWN, first_on=first, last_on=last)
    with pytest.raises(NotAllowed):
        proposal_actions.propose(by=TOWN, area_code="110117002", **DAYS)
    made = proposal_actions.propose(by=TOWN, area_code=campaign.TOWN, **DAYS)
    with pytest.raises(refusals.NobodyToPlace):
        proposal_actions.compute(by=TOWN, proposal_id=made.pk)
    campaign.person(1)
    with pytest.raises(refusals.NoRoom):
        proposal_actions.compute(by=TOWN, proposal_id=made.pk)
    with pytest.raises(NotFound):
        proposal_actions.compute(by=campaign.actor("town_lead", "110117002"), proposal_id=made.pk)
    assert placed(made) == []
    proposal_actions.drop(by=TOWN, proposal_id=made.pk)
    assert Proposal.objects.unscoped(campaign.ALL).get().state == "dropped"


def test_ways_are_estimated_from_areas() -> None:
    village = "110117001001"
    assert [kilometres(village, code) for code in (village, "110117001", "110117002", "110117")] == [
        1,
        4,
        12,
        12,
    ]
    assert kilometres(village, "110118") == float("inf")


def test_seats_held_back_for_later_doses_go_to_later_doses_alone(site: Site) -> None:
    """Six people without a dose, one whose second is due; of four seats tomorrow two are held back."""
    session = at(site, 0, 2)
    new = [campaign.person(serial) for serial in range(1, 7)]
    second = campaign.person(9)
    doses.record(
        by=campaign.maker, person_id=second.pk, product_code=campaign.BIBP, number=1,
        given_at=campaign.NOON - timedelta(days=30), site_id=site.pk, lot_number="L0", expires_on=campaign.EXPIRY,
        vial_code=campaign.trace_code(90), given_by="甲护士",
    )  # fmt: skip
    held = [Kept(TOMORROW, frozenset({campaign.BIBP}), 2, 2)]
    supply.hold_back(site.pk, held, 100, clock.now())
    made = proposal_actions.compute(
        by=TOWN, proposal_id=proposal_actions.propose(by=TOWN, area_code=campaign.TOWN, **DAYS).pk
    )
    seated = {row.person_id for row in placed(made) if row.session_id == session.pk}
    assert second.pk in seated and len(seated) == 3
    # Applying takes exactly what was shown.
    counts = proposal_actions.apply(by=TOWN, proposal_id=made.pk)
    assert counts["booked"] == 3 and live() == seated
    session.refresh_from_db()
    assert (session.taken, session.kept) == (3, 1)
    assert len(seated & {person.pk for person in new}) == 2

"""包保: who answers for whom, from appointing officers to handing over, through the actions."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.modules.outreach import county
from tests.modules.outreach.county import FIRST, FOREIGN, SECOND, TOWN
from yingjie.doses import standings
from yingjie.foundation import clock
from yingjie.foundation.access.actor import system
from yingjie.foundation.journal.models import Entry
from yingjie.foundation.refusals import NotAllowed, NotFound
from yingjie.outreach import allotments, appointing, duties, duty_actions, duty_refusals
from yingjie.outreach.models import Charge, Officer
from yingjie.people.models import Person

pytestmark = pytest.mark.usefixtures("here")
ALL = "test"


def live() -> dict[str, str]:
    """Person → officer, both by name."""
    rows = Charge.objects.unscoped(ALL).filter(until_on__isnull=True)
    return dict(rows.values_list("person__name", "officer__member__name"))


def finished(person: Person) -> None:
    """Every dose of the course, and what the rules say of it."""
    for number, days in ((1, 60), (2, 30)):
        county.dose(person, number, county.DAY - timedelta(days=days))
    standings.update([person.pk])


def appoint(by: Any, name: str, area: str = FIRST, **more: Any) -> Officer:
    return appointing.appoint(by=by, area_code=area, name=name, from_on=county.DAY, **more)


def shared(by: Any) -> Any:
    return allotments.apply(by=by, allotment_id=allotments.propose(by=by, area_code=TOWN).pk)


def test_a_township_is_shared_out_and_a_household_stays_together(lead: Any) -> None:
    home = UUID(int=7)
    for nth in range(3):
        county.resident(f"Home{nth}", FIRST, household_id=home)
    for nth in range(5):
        county.resident(f"Other{nth}", FIRST)
    finished(county.resident("Done"))
    county.resident("Far", FOREIGN)
    appoint(lead, "甲", most=4, least=0)
    appoint(lead, "乙", most=4, least=0)
    proposed = allotments.propose(by=lead, area_code=TOWN)
    assert (proposed.people, proposed.kept, len(proposed.rows), proposed.short) == (8, 0, 8, 0)
    assert sorted(after for _before, after in proposed.loads.values()) == [4, 4] and not live()
    assert [row.before for row in duties.moves(proposed)] == [""] * 8
    applied = allotments.apply(by=lead, allotment_id=proposed.pk)
    assert (applied.state, applied.applied, applied.left_out) == ("applied", 8, 0)
    assert len({live()[f"Home{nth}"] for nth in range(3)}) == 1 and len(live()) == 8
    with pytest.raises(duty_refusals.AllotmentDecided):
        allotments.apply(by=lead, allotment_id=proposed.pk)
    again = allotments.propose(by=lead, area_code=TOWN)
    assert (again.kept, again.rows) == (8, [])
    assert Entry.objects.filter(verb="outreach.apply_allotment").get().facts == {"people": 8, "left_out": 0}


def test_who_is_too_many_goes_to_the_leader_and_is_told(lead: Any) -> None:
    for nth in range(6):
        county.resident(f"P{nth}", FIRST if nth < 4 else SECOND)
    with pytest.raises(duty_refusals.NoOfficers):
        allotments.propose(by=lead, area_code=TOWN)
    appoint(lead, "甲", most=3)
    assert allotments.propose(by=lead, area_code=TOWN).without == 3
    appoint(lead, "镇长", TOWN, kind="leader")
    found = allotments.propose(by=lead, area_code=TOWN)
    assert (found.short, found.short_officers, found.without) == (3, 1, 0)
    allotments.apply(by=lead, allotment_id=found.pk)
    assert sorted(live().values()) == ["甲"] * 3 + ["镇长"] * 3
    assert duties.with_a_leader_only(TOWN) == (3, 1)
    page = county.signed_in(county.user("town_lead", TOWN, "clerk"), "en").get(f"/outreach/duties/{TOWN}/")
    assert (
        "With a leader only" in page.content.decode() and "1 officer more would do" in page.content.decode()
    )
    appoint(lead, "乙", SECOND)
    assert duty_actions.settle(by=lead, area_code=TOWN) == (3, 0)
    assert sorted(live().values()) == ["乙"] * 3 + ["甲"] * 3
    assert duty_actions.settle(by=lead, area_code=TOWN) == (0, 0)


def test_newcomers_get_an_officer_and_those_vaccinated_leave(lead: Any) -> None:
    first = county.resident("First", household_id=UUID(int=3))
    county.resident("Second", SECOND)
    appoint(lead, "甲")
    appoint(lead, "乙", SECOND)
    assert duty_actions.settle(by=system("night"), area_code=TOWN) == (2, 0)
    assert live() == {"First": "甲", "Second": "乙"}
    county.resident("Baby", SECOND, household_id=UUID(int=3))
    finished(first)
    assert duty_actions.settle(by=lead, area_code=TOWN) == (1, 1)
    assert live() == {"Baby": "乙", "Second": "乙"}
    ended = Charge.objects.unscoped(ALL).get(person=first)
    assert (ended.until_on, ended.ended) == (county.DAY, "closed")
    (row,) = duties.officers(lead, FIRST)
    assert (row.name, row.load, row.closed) == ("甲", 0, 1)


def test_hand_over_to_a_successor_or_among_the_others_keeps_history(lead: Any) -> None:
    people = [county.resident(f"P{nth}") for nth in range(4)]
    first, second = appoint(lead, "甲", most=4), appoint(lead, "乙", most=2)
    shared(lead)
    third = appoint(lead, "丙", most=1, least=0)
    gone = first if duties.officer(lead, first.pk).load == 2 else second
    with pytest.raises(duty_refusals.BeyondTheMost):
        duty_actions.hand_over(by=lead, officer_id=gone.pk, because="ill", successor_id=third.pk)
    assert duties.officer(lead, gone.pk).is_live
    appointing.change_officer(by=lead, officer_id=third.pk, least=0, most=7)
    assert duty_actions.hand_over(by=lead, officer_id=gone.pk, because="ill", successor_id=third.pk) == 2
    assert sorted(live().values()).count("丙") == 2
    with pytest.raises(duty_refusals.OfficerEnded):
        duty_actions.hand_over(by=lead, officer_id=gone.pk, because="ill")
    with pytest.raises(duty_refusals.NobodyToTakeOver):
        duty_actions.hand_over(by=lead, officer_id=third.pk, because="left")
    assert len(live()) == 4 and duties.officer(lead, third.pk).is_live
    appoint(lead, "丁", SECOND, least=0)
    assert duty_actions.hand_over(by=lead, officer_id=third.pk, because="left") == 2
    assert "丙" not in live().values() and len(live()) == 4
    changed = next(p for p in people if len(duties.history(lead, p.pk)) == 3)
    assert [row.ended for row in duties.history(lead, changed.pk)] == ["", "handed_over", "handed_over"]
    assert [row.why for row in duties.history(lead, changed.pk)][1] == "handed_over"


def test_named_by_hand_stays_for_the_whole_household(lead: Any) -> None:
    home = UUID(int=5)
    one = county.resident("One", household_id=home)
    county.resident("Two", household_id=home)
    appoint(lead, "甲")
    appoint(lead, "镇长", TOWN, kind="leader")
    far = appoint(lead, "乙", SECOND)
    shared(lead)
    assert set(live().values()) == {"甲"}
    assert duty_actions.give(by=lead, person_id=one.pk, officer_id=far.pk) == 2
    assert set(live().values()) == {"乙"}
    assert allotments.propose(by=lead, area_code=TOWN).rows == []
    foreign = appointing.appoint(by=system("x"), area_code=FOREIGN, name="外")
    with pytest.raises(NotFound):
        duty_actions.give(by=lead, person_id=one.pk, officer_id=foreign.pk)
    with pytest.raises(duty_refusals.OfficerElsewhere):
        duty_actions.give(by=system("x"), person_id=one.pk, officer_id=foreign.pk)


def test_a_proposal_leaves_out_what_changed_meanwhile(lead: Any) -> None:
    stays, goes = county.resident("Stays"), county.resident("Goes")
    appoint(lead, "甲")
    found = allotments.propose(by=lead, area_code=TOWN)
    finished(goes)
    applied = allotments.apply(by=lead, allotment_id=found.pk)
    assert (applied.applied, applied.left_out) == (1, 1) and live() == {"Stays": "甲"}
    dropped = allotments.drop(by=lead, allotment_id=allotments.propose(by=lead, area_code=TOWN).pk)
    assert dropped.state == "dropped"
    with pytest.raises(IntegrityError), transaction.atomic():
        Charge.objects.create(
            person=stays, officer=Officer.objects.unscoped(ALL).get(), from_on=county.DAY, why="kept", by="t"
        )


def test_who_may(lead: Any, officer: Any) -> None:
    county.resident("One")
    mine = appoint(lead, "李网格", account="grid1")
    grid = county.user("grid_worker", FIRST, "grid1")
    from yingjie.foundation.access.queries import actor_for

    worker = actor_for(grid)
    assert [row.name for row in duties.own(worker)] == ["李网格"]
    assert (
        duties.officer(worker, mine.pk).name == "李网格" and duties.officer(officer, mine.pk).name == "李网格"
    )
    other = appoint(lead, "别人")
    for actor, who in ((worker, other), (officer, appoint(lead, "远", SECOND))):
        with pytest.raises(NotFound):
            duties.officer(actor, who.pk)
    with pytest.raises(NotFound):
        duties.officers(worker, FIRST)
    for step in (
        lambda: appointing.appoint(by=officer, area_code=FIRST, name="x"),
        lambda: allotments.propose(by=officer, area_code=TOWN),
        lambda: duty_actions.hand_over(by=officer, officer_id=mine.pk, because="left"),
        lambda: duty_actions.settle(by=officer, area_code=TOWN),
    ):
        with pytest.raises(NotAllowed):
            step()
    for wrong, refusal in (
        ({"kind": "king"}, duty_refusals.OfficerWordUnknown),
        ({"least": 8, "most": 7}, duty_refusals.OfficerNumbersWrong),
        ({"area": "110117"}, NotAllowed),
    ):
        with pytest.raises(refusal):
            appoint(lead, "新", **wrong)  # type: ignore[arg-type]
    with pytest.raises(duty_refusals.AnswersAlready):
        appointing.appoint(by=lead, area_code=FIRST, member_id=mine.member_id)
    with pytest.raises(duty_refusals.NotATownship):
        allotments.propose(by=lead, area_code=FIRST)


STEPS = st.lists(
    st.sampled_from(
        ["share", "settle", "vaccinate", "newcomer", "leave", "hand_over", "appoint", "give", "staff_left"]
    ),
    min_size=3,
    max_size=9,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS, st.integers(0, 9999))
def test_exactly_one_live_officer_for_everybody_open_after_anything(
    lead: Any, steps: list[str], seed: int
) -> None:
    from random import Random

    rng, number = Random(seed), iter(range(1000))
    with transaction.atomic():
        for area in (FIRST, SECOND):
            for _nth in range(3):
                county.resident(f"R{next(number)}", area, household_id=UUID(int=rng.randrange(1, 4)))
        appoint(lead, "书记", TOWN, kind="leader")
        appoint(lead, f"O{next(number)}", FIRST, most=2, least=0)
        for step in [*steps, "settle"]:
            _take(step, lead, rng, number)
            if step in ("share", "settle", "hand_over"):
                duty_actions.settle(by=lead, area_code=TOWN)
                open_now = {person.id for person in duties.open_people(TOWN)}
                rows = (
                    Charge.objects.unscoped(ALL)
                    .filter(until_on__isnull=True)
                    .values_list("person_id", flat=True)
                )
                assert sorted(rows) == sorted(open_now)
        transaction.set_rollback(True)


def _take(step: str, lead: Any, rng: Any, number: Any) -> None:
    officers = duties.officers(lead, TOWN, kind="officer")
    people = list(Person.objects.unscoped(ALL).filter(left_on__isnull=True).order_by("name"))
    if step == "share":
        shared(lead)
    elif step == "settle":
        duty_actions.settle(by=lead, area_code=TOWN)
    elif step == "newcomer":
        county.resident(
            f"R{next(number)}", rng.choice((FIRST, SECOND)), household_id=UUID(int=rng.randrange(1, 6))
        )
    elif step == "appoint":
        appoint(lead, f"O{next(number)}", rng.choice((FIRST, SECOND)), most=rng.randrange(1, 4), least=0)
    elif step == "vaccinate":
        person = rng.choice(people)
        if not person.doses.unscoped(ALL).exists():
            finished(person)
    elif step == "leave":
        Person.objects.unscoped(ALL).filter(pk=rng.choice(people).pk).update(
            left_on=clock.today(), left_as="moved"
        )
    elif step == "hand_over" and officers:
        duty_actions.hand_over(by=lead, officer_id=rng.choice(officers).id, because="left")
    elif step == "give" and officers:
        still = sorted(duties.open_people(TOWN), key=lambda person: str(person.id))
        if still:
            duty_actions.give(by=lead, person_id=rng.choice(still).id, officer_id=rng.choice(officers).id)
    elif step == "staff_left" and officers:
        from yingjie.staff.models import StaffMember

        StaffMember.objects.unscoped(ALL).filter(pk=rng.choice(officers).member_id).update(
            left_on=clock.today()
        )

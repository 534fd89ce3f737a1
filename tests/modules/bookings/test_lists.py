"""Collective lists: what becomes of every line, and what goes back."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.modules import campaign
from tests.modules.bookings.conftest import DESK, LEAD, OFFICER, open_session, people, slots_of
from vaxkit.coverage.accuracy import ListAccuracy
from yingjie.bookings import (
    actions,
    list_actions,
    list_paper,
    list_queries,
    queries,
    refusals,
    session_actions,
)
from yingjie.bookings.models import Booking, Session
from yingjie.foundation import clock
from yingjie.foundation.refusals import NotAllowed, NotFound
from yingjie.sites.models import Site

TOWN = campaign.actor("town_lead")


def number(serial: int, birth_on: date = date(1950, 1, 1)) -> str:
    return campaign.identity_number(birth_on, serial)


def handed_in(session: Session, text: str, by: object = OFFICER, area: str = campaign.VILLAGE) -> object:
    return list_actions.hand_in_text(by=by, session_id=session.pk, area_code=area, text=text, title="甲村")  # type: ignore[arg-type]


def verdicts(by: object, list_id: object) -> list[tuple[int, str]]:
    return [(line.nth, line.verdict) for line in list_queries.lines(by, list_id)]  # type: ignore[arg-type]


def test_every_line_has_its_verdict_at_once(session: Session) -> None:
    own = people(3)
    campaign.person(9, area=campaign.OTHER_VILLAGE, name="乙人")
    campaign.person(10, birth_on=date(2020, 1, 1), name="幼儿")
    actions.book(by=DESK, person_id=own[2].pk, slot_id=slots_of(session)[0].pk)
    text = "\n".join(
        [
            f"甲二 {number(1)}",
            number(2),
            number(1),
            number(3),
            number(9),
            number(10, date(2020, 1, 1)),
            "999999195001010000",
            "查无此人",
        ]
    )
    made = handed_in(session, text, TOWN)
    assert verdicts(TOWN, made.pk) == [
        (1, "good"),
        (2, "good"),
        (3, "duplicate"),
        (4, "already_booked"),
        (5, "foreign"),
        (6, "not_due"),
        (7, "unreadable"),
        (8, "not_in_ledger"),
    ]
    assert Booking.objects.unscoped(campaign.ALL).count() == 1


def test_a_village_learns_nothing_of_other_villages(session: Session) -> None:
    campaign.person(9, area=campaign.OTHER_VILLAGE)
    made = handed_in(session, number(9))
    assert verdicts(OFFICER, made.pk) == [(1, "not_in_ledger")]


def test_good_lines_are_booked_in_order(session: Session) -> None:
    people(5)
    made = handed_in(session, "\n".join(number(serial) for serial in (5, 4, 3, 2, 1)))
    assert list_actions.submit(by=OFFICER, list_id=made.pk) == {"booked": 5}
    times = [
        f"{line.at.astimezone(clock.CAMPAIGN_ZONE):%H:%M}" for line in list_queries.lines(OFFICER, made.pk)
    ]
    assert times == ["08:00", "08:00", "08:00", "08:30", "08:30"]
    assert [slot.taken for slot in slots_of(session)] == [3, 2, 0, 0]
    with pytest.raises(refusals.ListSubmitted):
        list_actions.submit(by=OFFICER, list_id=made.pk)


def test_over_capacity_goes_back(site: Site) -> None:
    session = open_session(site, seats=1)
    people(6)
    made = handed_in(session, "\n".join(number(serial) for serial in range(1, 7)))
    assert [word for _nth, word in verdicts(OFFICER, made.pk)] == ["good"] * 4 + ["over_capacity"] * 2
    assert list_actions.submit(by=OFFICER, list_id=made.pk) == {"booked": 4, "over_capacity": 2}


def test_what_others_took_meanwhile_goes_back(site: Site) -> None:
    session = open_session(site, seats=1)
    own = people(6)
    made = handed_in(session, "\n".join(number(serial) for serial in range(1, 5)))
    actions.book(by=DESK, person_id=own[0].pk, slot_id=slots_of(session)[0].pk)
    actions.book(by=DESK, person_id=own[5].pk, slot_id=slots_of(session)[1].pk)
    assert list_actions.submit(by=OFFICER, list_id=made.pk) == {
        "already_booked": 1,
        "booked": 2,
        "over_capacity": 1,
    }


def test_a_spreadsheet_with_its_own_header(session: Session, tmp_path: Path) -> None:
    people(2)
    path = tmp_path / "list.csv"
    path.write_text(f"序号,姓 名,身份证号码\n1,甲二,{number(1)}\n2,某某,\n3,丙,{number(8)}\n", "utf-8")
    made = list_actions.hand_in_file(
        by=OFFICER, session_id=session.pk, area_code=campaign.VILLAGE, path=path, title="甲村"
    )
    assert verdicts(OFFICER, made.pk) == [(2, "good"), (3, "not_in_ledger"), (4, "not_in_ledger")]
    found = list_queries.booking_list(OFFICER, made.pk)
    back = list_paper.returned(
        found, list_queries.columns(OFFICER, made.pk), list_queries.lines(OFFICER, made.pk, good=False)
    )
    cells = [[cell.value for cell in row] for row in load_workbook(io.BytesIO(back)).active.iter_rows()]
    assert [row[0] for row in cells[2:]] == [3, 4]
    assert number(8) not in str(cells)


def test_from_the_ledger_come_those_to_whom_a_dose_is_due(session: Session) -> None:
    own = people(3)
    campaign.person(10, birth_on=date(2020, 1, 1), name="幼儿")
    campaign.person(9, area=campaign.OTHER_VILLAGE)
    actions.book(by=DESK, person_id=own[0].pk, slot_id=slots_of(session)[0].pk)
    row = queries.session(session.pk)
    chosen = list_queries.candidates(TOWN, row, campaign.VILLAGE)
    assert set(chosen) == {own[1].pk, own[2].pk}
    assert list_queries.candidates(TOWN, row, campaign.VILLAGE, age_band="18-59") == []
    made = list_actions.hand_in_people(
        by=TOWN, session_id=session.pk, area_code=campaign.VILLAGE, person_ids=chosen, title="甲村"
    )
    assert list_actions.submit(by=TOWN, list_id=made.pk) == {"booked": 2}


def test_a_list_is_its_area_s_own(session: Session) -> None:
    people(1)
    made = handed_in(session, number(1))
    neighbour = campaign.actor("village_officer", campaign.OTHER_VILLAGE)
    with pytest.raises(NotFound):
        list_queries.lines(neighbour, made.pk)
    with pytest.raises(NotFound):
        list_actions.submit(by=neighbour, list_id=made.pk)
    with pytest.raises(NotAllowed):
        handed_in(session, number(1), by=neighbour)


def test_nothing_can_be_handed_in_for_a_cancelled_session(session: Session) -> None:
    session_actions.cancel_session(by=LEAD, session_id=session.pk, because="storm")
    with pytest.raises(refusals.SessionClosed):
        handed_in(session, number(1))
    with pytest.raises(refusals.ListEmpty):
        handed_in(session, " \n ")


def test_a_list_is_judged_by_who_came(session: Session, site: Site) -> None:
    own = people(4)
    made = handed_in(session, "\n".join(number(serial) for serial in (1, 2, 3)))
    list_actions.submit(by=OFFICER, list_id=made.pk)
    from tests.modules.bookings.conftest import MORNING

    with clock.at(MORNING):
        for person in (own[0], own[1], own[3]):
            actions.arrive(by=DESK, site_id=site.pk, person_id=person.pk)
        expected = ListAccuracy(listed=3, attended=2, unlisted=1)
        assert list_queries.list_accuracy(OFFICER, made.pk) == expected
        day = clock.today()
        assert list_queries.accuracy(TOWN, day, day) == {campaign.VILLAGE: expected}
    assert (expected.attendance, expected.foreseen, expected.accuracy) == (2 / 3, 2 / 3, 0.5)

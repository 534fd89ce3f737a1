"""The balance: recounted from the rows of random histories, as known now and as known then; and its pages."""

import io
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import openpyxl
import pytest
from django.db import transaction

from tests.modules.outreach import county as world
from tests.modules.outreach.county import DAY, FIRST, FOREIGN, NOON, SECOND, TOWN
from vaxkit.coverage.closing import Facts, close
from yingjie.doses.models import Dose
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor, system
from yingjie.foundation.access.queries import actor_for
from yingjie.foundation.refusals import NotAllowed, NotFound
from yingjie.outreach.campaign import born_until
from yingjie.oversight import balance, balance_actions
from yingjie.oversight.models import ReportedFigures
from yingjie.people import dynamics, merging
from yingjie.people.models import Person
from yingjie.people.queries import counted_on

pytestmark = pytest.mark.django_db
COUNTY = "110117"
me = system("test")


@pytest.fixture(autouse=True)
def tree(db: None) -> Iterator[None]:
    world.tree()
    with clock.at(NOON):
        yield


class Life:
    """People who come, move and leave, are visited and vaccinated, each thing recorded on a day of its own."""

    def __init__(self, seed: int, count: int) -> None:
        rng = self.rng = Random(seed)
        self.first = DAY - timedelta(days=30)
        self.moves: dict[Any, list[tuple[date, date, str]]] = {}
        self.people = []
        for number in range(count):
            area = rng.choice((FIRST, SECOND, FOREIGN))
            person = world.resident(
                f"P{number}", area, rng.choice((1940, 1975, 2019)), whereabouts=rng.choice(("here", "away"))
            )
            self.people.append(person)
            self.moves[person.pk] = [(date.min, date.min, area)]
            for dose in range(1, rng.choice((0, 0, 1, 2)) + 1):
                world.dose(
                    person,
                    dose,
                    self.first + timedelta(days=rng.randrange(30)),
                    rng.choice(("site", "elsewhere")),
                )
            if rng.random() < 0.5:
                outcome = rng.choice(("refused", "away", "thinking", "not_met"))
                world.visit(
                    person, outcome, "afraid" if outcome == "refused" else "", days_ago=rng.randrange(1, 29)
                )
        for person in rng.sample(self.people, count // 3):
            self._move(person)

    def _move(self, person: Person) -> None:
        on = self.first + timedelta(days=self.rng.randrange(25))
        recorded = on + timedelta(days=self.rng.randrange(5))
        to = self.rng.choice([code for code in (FIRST, SECOND, FOREIGN) if code != person.area_id])
        with clock.at(datetime.combine(recorded, datetime.min.time().replace(hour=15), clock.CAMPAIGN_ZONE)):
            if self.rng.random() < 0.3:
                dynamics.leave(by=me, person_id=person.pk, on=on)
                to = ""
            else:
                dynamics.move(by=me, person_id=person.pk, area_code=to, on=on)
        self.moves[person.pk].append((on, recorded, to))

    def where(self, person: Person, on: date, known_on: date) -> str:
        told = [move for move in self.moves[person.pk] if move[0] <= on and move[1] <= known_on]
        return max(told)[2]

    def term(self, person: Person, on: date, goal: int) -> str:
        doses = [dose for dose in person.doses.unscoped("test") if dose.given_on <= on]
        last_on = max((dose.given_on for dose in doses), default=date.min)
        said = [visit for visit in person.attempts.unscoped("test") if last_on < clock.day_of(visit.at) <= on]
        heard = max(
            (visit for visit in said if visit.outcome != "not_met"), key=lambda v: (v.at, v.pk), default=None
        )
        elsewhere = sum(dose.source == "elsewhere" for dose in doses)
        facts = Facts(
            len(doses), elsewhere, is_offered=person.birth_on <= born_until(on), lives_away=person.whereabouts == "away",
            heard=heard.outcome if heard else "",
        )  # fmt: skip
        return close(facts, goal).code


@pytest.mark.parametrize("seed", [3, 4])
def test_every_day_balances_and_is_what_a_recount_finds(seed: int) -> None:
    life = Life(seed, 90)
    for days_ago, then in ((0, False), (9, False), (9, True), (20, True)):
        on = DAY - timedelta(days=days_ago)
        known_on = on if then else DAY
        for goal in (1, 2):
            recount: dict[str, dict[str, int]] = {}
            for person in life.people:
                place = life.where(person, on, known_on)
                if place:
                    terms = recount.setdefault(place, {})
                    code = life.term(person, on, goal)
                    terms[code] = terms.get(code, 0) + 1
            whole = balance.page(me, COUNTY, on, goal, as_known_then=then)
            assert {line.code: dict(line.balance.terms) for line in whole.villages} == recount
            assert [line.balance.difference for line in (*whole.lines, *whole.villages, whole.total)] == [
                0
            ] * (len(whole.lines) + len(whole.villages) + 1)
            assert whole.total.balance.registered == sum(sum(terms.values()) for terms in recount.values())
            town = balance.page(me, TOWN, on, goal, as_known_then=then)
            assert (
                town.total.balance.registered
                == next(line for line in whole.lines if line.code == TOWN).balance.registered
            )


@pytest.fixture
def three() -> list[Person]:
    people = [world.resident("Todo"), world.resident("Refused"), world.resident("Done", SECOND)]
    world.visit(people[1], "refused", "afraid")
    world.dose(people[2], 1, DAY - timedelta(days=3))
    return people


def lead() -> Actor:
    return actor_for(world.user("town_lead"))


def test_a_hand_count_is_compared_and_the_page_says_why(three: list[Person]) -> None:
    actor = lead()
    balance_actions.report_figures(
        by=actor, area_code=FIRST, on=DAY, figures={"registered": 3, "declined": 1, "away": None}
    )
    found = balance.page(actor, FIRST, DAY)
    assert [(finding.code, finding.people, finding.term) for finding in found.findings] == [
        ("balance.reported_differs", -1, "registered"),
        ("balance.unexplained", 0, ""),
    ]
    town = balance.page(actor, TOWN, DAY)
    assert (town.total.villages, town.total.villages_reported, town.total.villages_differing) == (2, 1, 1)
    assert balance.differing(actor, DAY) == 1
    world.resident("Todo", SECOND)
    world.resident("Nowhere", TOWN)
    codes = [finding.code for finding in balance.page(actor, TOWN, DAY).findings]
    assert codes == ["balance.agrees", "balance.duplicates", "balance.unplaced"]
    assert [line.code for line in balance.page(actor, TOWN, DAY).lines] == [FIRST, SECOND, ""]


def test_late_records_are_named(three: list[Person]) -> None:
    with clock.at(NOON + timedelta(days=2)):
        dynamics.move(by=me, person_id=three[0].pk, area_code=SECOND, on=DAY)
        found = balance.page(me, FIRST, DAY)
        then = balance.page(me, FIRST, DAY, as_known_then=True)
    assert "balance.late" in [finding.code for finding in found.findings]
    assert (found.total.balance.registered, then.total.balance.registered) == (1, 2)


def test_who_may_not_see_or_enter_is_refused(three: list[Person]) -> None:
    officer = actor_for(world.user("village_officer", FIRST))
    for code in (SECOND, TOWN, FOREIGN):
        with pytest.raises(NotFound):
            balance.page(officer, code, DAY)
        with pytest.raises(NotAllowed):
            balance_actions.report_figures(by=officer, area_code=code, on=DAY, figures={"away": 1})
    with pytest.raises(balance_actions.NothingReported):
        balance_actions.report_figures(by=officer, area_code=FIRST, on=DAY, figures={"away": None, "odd": 3})
    with pytest.raises(balance.DayToCome):
        balance.page(officer, FIRST, DAY + timedelta(days=1))
    assert not ReportedFigures.objects.unscoped("test").exists()


def test_the_page_its_lists_and_its_file(three: list[Person]) -> None:
    client = world.signed_in(world.user("town_lead"))
    assert client.get("/reports/balance/")["Location"] == f"/reports/balance/{TOWN}/{DAY}/"
    page = client.get(f"/reports/balance/{TOWN}/{DAY}/").content.decode()
    assert "平衡：在册 3 = 拒绝 1 + 已接种1针 1 + 待接种 1。" in page
    assert f"/reports/balance/{FIRST}/{DAY}/declined/" in page
    behind = client.get(f"/reports/balance/{TOWN}/{DAY}/declined/").content.decode()
    assert "Refused" in behind and "Todo" not in behind and "Done" not in behind
    done = client.get(f"/reports/balance/{TOWN}/{DAY}/done_1/?q=do").content.decode()
    assert "Done" in done and "Refused" not in done
    assert "Todo" in client.get(f"/reports/balance/{TOWN}/{DAY}/to_do/?dose=2").content.decode()
    sheet = openpyxl.load_workbook(
        io.BytesIO(client.get(f"/reports/balance/{TOWN}/{DAY}/balance.xlsx").content)
    ).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2, max_row=5)]
    assert [row[:2] for row in rows] == [["地区", "在册"], ["甲村", 2], ["乙村", 1], ["滨河街道", 3]]
    for address in (
        f"{FOREIGN}/{DAY}/",
        f"{FOREIGN}/{DAY}/to_do/",
        f"{FOREIGN}/{DAY}/figures/",
        f"{TOWN}/{DAY}/odd/",
        f"{TOWN}/x/",
    ):
        assert client.get(f"/reports/balance/{address}").status_code == 404
    kept = client.post(f"/reports/balance/{FIRST}/{DAY}/figures/", {"registered": "2", "declined": "0"})
    assert kept.status_code == 302
    assert (
        "拒绝：台账 1 人，上报 0 人，台账多 1 人。"
        in client.get(f"/reports/balance/{FIRST}/{DAY}/").content.decode()
    )


def test_a_merge_counts_once_on_past_days_and_twice_as_known_then() -> None:
    """Two records, one of them vaccinated, are one person from today on."""
    done, double, third = world.resident("Done"), world.resident("Double", SECOND), world.resident("Third")
    dose = world.dose(done, 1, DAY - timedelta(days=9))
    client, before = world.signed_in(world.user("town_lead")), DAY - timedelta(days=3)
    then = balance.page(me, TOWN, before, 1, as_known_then=True)
    assert (then.total.balance.registered, dict(then.total.balance.terms)) == (3, {"done_1": 1, "to_do": 2})
    with transaction.atomic():
        kept, gone, undo = merging.merge(done.pk, double.pk)
    assert (kept, gone) == (done.pk, double.pk)
    now = balance.page(me, TOWN, before, 1)
    assert (now.total.balance.registered, dict(now.total.balance.terms)) == (2, {"done_1": 1, "to_do": 1})
    assert balance.page(me, TOWN, before, 1, as_known_then=True).villages == then.villages
    assert balance.page(me, COUNTY, before, 1, as_known_then=True).villages[:2] == then.villages
    for on, asked, number in ((before, "?known=then", 2), (before, "", 1), (DAY, "", 1)):
        listed = client.get(f"/reports/balance/{TOWN}/{on}/to_do/{asked}").content.decode()
        assert len(set(re.findall(r"/people/([0-9a-f-]{36})/", listed))) == number
    counts = counted_on(before, clock.now() - timedelta(days=2)).counts
    rows = Dose.objects.filter(pk=dose.pk)
    assert counts(me, rows, code=TOWN, digits=9, path="person__") == {TOWN: 1}
    with transaction.atomic():
        merging.part(kept, gone, undo)
    assert balance.page(me, TOWN, before, 1).villages == then.villages
    assert third.pk in Person.objects.unscoped("test").values_list("pk", flat=True)


def test_counts_without_names_do_not_open_lists(three: list[Person]) -> None:
    site_lead = world.user("site_lead")
    client = world.signed_in(site_lead)
    page = client.get(f"/reports/balance/{TOWN}/{DAY}/").content.decode()
    assert "/declined/" not in page
    assert client.get(f"/reports/balance/{TOWN}/{DAY}/declined/").status_code == 403

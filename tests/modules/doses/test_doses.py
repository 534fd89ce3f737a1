"""What was given is on record; where somebody stands follows from it, and can be explained."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.modules import campaign

from vaxkit.vocabulary import Status
from yingjie.doses import actions, queries, web_entries
from yingjie.doses.models import Dose, Standing
from yingjie.foundation import clock
from yingjie.foundation.ids import uuid7
from yingjie.foundation.journal.models import Entry
from yingjie.foundation.refusals import BadInput, NotAllowed, NotFound, Refusal
from yingjie.people import actions as people
from yingjie.people.models import Person
from yingjie.sites.models import Site

NEEDLE = campaign.actor("vaccinator")
LEAD = campaign.actor("town_lead")


def dose(
    site: Site, person: Person, *, number: int = 1, days_ago: int = 0, by: Any = NEEDLE, **more: Any
) -> Dose:
    asked = {
        "product_code": campaign.BIBP, "lot_number": "L1", "expires_on": campaign.EXPIRY, "given_by": "nurse",
        "vial_code": campaign.trace_code(number), "given_at": campaign.NOON - timedelta(days=days_ago),
    } | more  # fmt: skip
    return actions.record(by=by, person_id=person.pk, number=number, site_id=site.pk, **asked)


def kept() -> tuple[list[Any], list[Any]]:
    """Doses and standings as they are, however often they were written."""
    doses = Dose.objects.unscoped(campaign.ALL).order_by("pk").values()
    standings = list(Standing.objects.unscoped(campaign.ALL).order_by("pk").values())
    return list(doses), [{name: row[name] for name in row if name != "revision"} for row in standings]


def refused(kind: type[Refusal], verb: Any, *args: Any, **arguments: Any) -> Refusal:
    before = kept(), Entry.objects.count()
    with pytest.raises(kind) as caught:
        verb(*args, **arguments)
    assert type(caught.value) is kind
    assert (kept(), Entry.objects.count()) == before
    return caught.value


def everybody(code: str = "", **more: Any) -> dict[tuple[str, int], int]:
    return queries.given_by_village(LEAD, code, up_to=campaign.NOON, **more)


class TestRecording:
    def test_a_dose_and_the_standing_that_follows(self, site: Site, person: Person) -> None:
        row = dose(site, person)
        assert (row.number, row.source, row.given_on, row.recorded_at) == (
            1,
            "site",
            campaign.TODAY,
            campaign.NOON,
        )
        standing = Standing.objects.unscoped(campaign.ALL).get()
        assert (standing.doses_counted, standing.next_number) == (1, 2)
        assert (standing.earliest_on, standing.overdue_on) == (date(2021, 6, 9), date(2021, 7, 15))
        assert Entry.objects.get(verb="doses.record").subject_id == str(row.pk)

    def test_a_number_is_used_once(self, site: Site, person: Person) -> None:
        dose(site, person)
        refusal = refused(actions.NumberTaken, dose, site, person)
        assert refusal.as_dict()["zh"]["reason"] == "此人第1剂已有记录，接种日期 2021-05-19。"

    def test_a_dose_that_should_not_have_been_given_is_recorded_and_flagged(
        self, site: Site, person: Person
    ) -> None:
        dose(site, person, days_ago=13)
        dose(site, person, number=2)
        first, second = queries.history(LEAD, person.pk)
        assert (first.verdict, first.counts_as, first.site_name) == ("valid", 1, "接种点S1")
        assert (second.verdict, second.counts_as) == ("not_valid", None)
        assert (
            second.reason.en
            == "Only 13 days after the dose of 2021-05-06, less than 14 days: does not count and must be repeated."
        )

    def test_where_and_what_must_exist(self, site: Site, person: Person) -> None:
        refused(NotFound, dose, site, person, product_code="UNKNOWN")
        refused(NotFound, dose, site, person, by=campaign.actor("vaccinator", "110117002"))
        refused(NotFound, dose, site, person, by=LEAD)


class TestCorrecting:
    def test_a_wrong_record_stays_and_counts_no_more(self, site: Site, person: Person) -> None:
        row = dose(site, person)
        actions.correct(by=NEEDLE, person_id=person.pk, dose_id=row.pk, reason="the wrong person")
        (shown,) = queries.history(LEAD, person.pk)
        assert (shown.void_reason, shown.verdict, shown.counts_as) == ("the wrong person", "", None)
        assert not Standing.objects.unscoped(campaign.ALL).exists()
        assert queries.standing(LEAD, person.pk, campaign.TODAY).status is Status.DUE
        dose(site, person)
        assert everybody() == {(campaign.VILLAGE, 1): 1}

    def test_once_with_a_reason_by_whoever_may(self, site: Site, person: Person) -> None:
        row = dose(site, person)
        asked = {"person_id": person.pk, "dose_id": row.pk}
        refused(BadInput, actions.correct, by=NEEDLE, reason=" ", **asked)
        refused(NotFound, actions.correct, by=campaign.actor("vaccinator", "110117002"), reason="x", **asked)
        refused(NotFound, actions.correct, by=campaign.actor("grid_worker"), reason="x", **asked)
        actions.correct(by=LEAD, reason="the wrong person", **asked)
        refused(actions.AlreadyCorrected, actions.correct, by=LEAD, reason="again", **asked)


class TestStanding:
    def test_nothing_on_record(self, person: Person) -> None:
        found = queries.standing(LEAD, person.pk, campaign.TODAY)
        assert (found.status, found.next_number, found.number_to_record) == (Status.DUE, 1, 1)
        assert found.products[0] == campaign.BIBP

    @pytest.mark.parametrize(
        ("days", "status"),
        [
            (0, Status.NOT_YET_DUE),
            (20, Status.NOT_YET_DUE),
            (21, Status.DUE),
            (56, Status.DUE),
            (57, Status.OVERDUE),
        ],
    )
    def test_the_status_of_a_day(self, site: Site, person: Person, days: int, status: Status) -> None:
        dose(site, person)
        on = campaign.TODAY + timedelta(days=days)
        assert queries.standing(LEAD, person.pk, on).status is status
        assert queries.statuses({person.pk: person.birth_on}, on) == {person.pk: status}

    def test_the_panel_says_now_where_the_day_is_past_and_the_day_where_it_is_to_come(
        self, site: Site, person: Person
    ) -> None:
        def shown(days: int = 0) -> str:
            with clock.at(campaign.NOON + timedelta(days=days)), translation.override("zh-hans"):
                panel = web_entries.doses(LEAD, person.pk)
                assert panel is not None
                return render_to_string(panel.template, panel.context)

        assert "第1剂 · 现在可接种</span>" in shown()
        assert "1968年1月1日）起可接种" in shown()  # the rule stands under why
        dose(site, person)
        assert "第2剂 · 2021-06-09（周三）起" in shown(20)
        assert "第2剂 · 现在可接种" in shown(21)

    def test_the_explanation_names_document_and_date_in_both_languages(
        self, site: Site, person: Person
    ) -> None:
        dose(site, person)
        why = queries.standing(LEAD, person.pk, campaign.TODAY).explanation
        assert why.zh == (
            "下一剂为第2剂。距2021年5月19日满3周（2021年6月9日）起可接种。2021年7月14日之后为逾期。"
            "（《新冠病毒疫苗接种技术指南（第一版）》 2021-03-29）"
        )
        assert why.en == (
            "Dose 2 is next. May be given from 3 weeks after 2021-05-19 (2021-06-09). Past due after 2021-07-14."
            " (By: Technical guide for COVID-19 vaccination (first edition) 2021-03-29)"
        )

    def test_people_of_others_are_not_found(self, site: Site, person: Person) -> None:
        stranger = campaign.actor("town_lead", "110117002")
        for read in (queries.history, queries.standing):
            with pytest.raises(NotFound):
                read(stranger, person.pk)
        with pytest.raises((NotFound, NotAllowed)):
            queries.standing(NEEDLE, person.pk)


days_ago = st.lists(st.integers(0, 90), max_size=4)
products = st.sampled_from([campaign.BIBP, campaign.SINOVAC, "KANGTAI-KCONVAC"])


class TestRebuilding:
    @pytest.mark.usefixtures("site")
    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.tuples(days_ago, products), min_size=1, max_size=4))
    def test_it_changes_nothing(self, site: Site, given_doses: list[tuple[list[int], str]]) -> None:
        """Whatever was recorded, in whatever order of days: the updater left nothing for the rebuild."""
        Dose.objects.unscoped(campaign.ALL).delete()
        Standing.objects.unscoped(campaign.ALL).delete()
        for serial, (days, product) in enumerate(given_doses, start=100):
            name = "某" + "甲乙丙丁"[serial - 100]
            person = Person.objects.unscoped(campaign.ALL).filter(name=name).first() or campaign.person(
                serial, name=name
            )
            for number, ago in enumerate(days, start=1):
                row = dose(site, person, number=number, days_ago=ago, product_code=product)
            if len(days) > 2:
                actions.correct(by=LEAD, person_id=person.pk, dose_id=row.pk, reason="wrong")
        before = kept()
        assert actions.rebuild_standings(by=campaign.maker) == 0
        assert kept() == before

    def test_not_one_row_is_written_again(self, site: Site) -> None:
        """By the database's own mark of who last wrote a row, not by what stands in it."""

        def written() -> list[tuple[Any, ...]]:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT person_id, xmin::text, ctid::text FROM doses_standing ORDER BY person_id"
                )
                standings = cursor.fetchall()
                cursor.execute("SELECT id, xmin::text, ctid::text FROM doses_dose ORDER BY id")
                return standings + cursor.fetchall()

        for serial in range(1, 5):
            dose(site, campaign.person(serial), days_ago=10 * serial)
        before = written()
        assert len(before) == 8
        assert actions.rebuild_standings(by=campaign.maker) == 0
        assert actions.refresh_standings(by=campaign.maker) == 0
        assert written() == before

    def test_from_doses_alone_it_makes_what_the_updater_made(self, site: Site) -> None:
        for serial in range(1, 6):
            someone = campaign.person(serial)
            dose(site, someone, days_ago=30 + serial)
            dose(site, someone, number=2, days_ago=3 * serial)
        wanted = kept()
        Standing.objects.unscoped(campaign.ALL).delete()
        Dose.objects.unscoped(campaign.ALL).update(counts_as=None)
        heard: list[tuple[int, int]] = []
        assert actions.rebuild_standings(by=campaign.maker, progress=lambda *told: heard.append(told)) == 5
        assert kept() == wanted
        assert heard == [(5, 5)]

    def test_a_standing_without_doses_goes(self, site: Site, person: Person) -> None:
        Standing.objects.unscoped(campaign.ALL).create(person=person, group="COVID-19", doses_counted=1)
        assert actions.rebuild_standings(by=campaign.maker) == 1
        assert kept() == ([], [])

    def test_only_the_people_named(self, site: Site, person: Person) -> None:
        dose(site, person)
        Standing.objects.unscoped(campaign.ALL).update(doses_counted=7)
        assert actions.rebuild_standings(by=campaign.maker, person_ids=[campaign.person(2).pk]) == 0
        assert actions.rebuild_standings(by=campaign.maker, person_ids=[person.pk]) == 1

    def test_not_everyone_may(self, site: Site) -> None:
        refused(NotAllowed, actions.rebuild_standings, by=LEAD)

    def test_a_thousand_people_take_a_handful_of_statements(
        self, site: Site, person: Person, django_assert_max_num_queries: Any
    ) -> None:
        people_rows = [
            Person(id=uuid7(), area_id=campaign.VILLAGE, name="某", pinyin="mou", sex="female", birth_on=date(1950, 1, 1),
                   registered_on=date(2021, 1, 1), source="test")
            for _ in range(1_000)
        ]  # fmt: skip
        Person.objects.unscoped(campaign.ALL).bulk_create(people_rows)
        Dose.objects.unscoped(campaign.ALL).bulk_create(
            Dose(person=row, number=1, product_id=campaign.BIBP, given_on=campaign.TODAY, source="elsewhere",
                 given_by="x", recorded_at=campaign.NOON)
            for row in people_rows
        )  # fmt: skip
        with django_assert_max_num_queries(40):
            assert actions.rebuild_standings(by=campaign.maker) == 1_000


class TestCounting:
    def test_by_village_and_dose_number(self, site: Site) -> None:
        here, there = campaign.person(1), campaign.person(2, area=campaign.OTHER_VILLAGE)
        dose(site, here, days_ago=30)
        dose(site, here, number=2)
        dose(site, there, days_ago=1)
        assert everybody() == {
            (campaign.VILLAGE, 1): 1,
            (campaign.VILLAGE, 2): 1,
            (campaign.OTHER_VILLAGE, 1): 1,
        }
        assert everybody(on=campaign.TODAY) == {(campaign.VILLAGE, 2): 1}
        assert everybody(campaign.OTHER_VILLAGE) == {(campaign.OTHER_VILLAGE, 1): 1}
        assert queries.given_at_sites([site.pk], campaign.TODAY) == {site.pk: 1}

    def test_what_was_recorded_later_is_not_in_it(self, site: Site, person: Person) -> None:
        with clock.at(campaign.NOON + timedelta(seconds=1)):
            dose(site, person, days_ago=30)
        assert everybody() == {}

    def test_coverage_counts_people_with_doses_that_count(
        self, site: Site, django_assert_num_queries: Any
    ) -> None:
        both, early, gone, young = (
            campaign.person(1), campaign.person(2), campaign.person(3), campaign.person(4, birth_on=date(2004, 1, 1)),
        )  # fmt: skip
        for someone, ago in ((both, 30), (early, 10), (gone, 30), (young, 30)):
            dose(site, someone, days_ago=ago)
            dose(site, someone, number=2)
        people.leave(by=campaign.maker, person_id=gone.pk, on=campaign.TODAY, reason="moved")

        def covered(number: int, **more: Any) -> dict[str, int]:
            return queries.covered_by_village(
                LEAD, campaign.TOWN, dose_number=number, up_to=campaign.NOON, **more
            )

        with django_assert_num_queries(2):
            assert covered(1) == {campaign.VILLAGE: 3}
        assert covered(2) == {campaign.VILLAGE: 2}
        assert covered(2, born_on_or_before=date(2003, 5, 19)) == {campaign.VILLAGE: 1}

    @pytest.mark.parametrize(
        ("product", "given_doses", "complete"),
        [("CANSINO-AD5", 1, True), (campaign.BIBP, 1, False), (campaign.BIBP, 2, True), ("ZHIFEI-CHO", 2, False),
         ("ZHIFEI-CHO", 3, True)],
    )  # fmt: skip
    def test_a_course_is_complete_with_as_many_doses_as_its_product_asks(
        self, site: Site, person: Person, product: str, given_doses: int, complete: bool
    ) -> None:
        for number in range(1, given_doses + 1):
            dose(site, person, number=number, product_code=product, days_ago=100 - 30 * number)
        found = queries.completed_by_village(LEAD, campaign.TOWN, up_to=campaign.NOON)
        assert found == ({campaign.VILLAGE: 1} if complete else {})
        other = campaign.actor("town_lead", "110117002")
        assert queries.completed_by_village(other, "110117", up_to=campaign.NOON) == {}

    def test_only_what_the_actor_oversees(self, site: Site, person: Person) -> None:
        dose(site, person)
        other = campaign.actor("town_lead", "110117002")
        assert queries.given_by_village(other, "110117", up_to=campaign.NOON) == {}
        assert queries.given_by_village(NEEDLE, "110117", up_to=campaign.NOON) == {}

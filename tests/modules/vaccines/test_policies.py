"""Policies: brought in, compared, counted, switched on from a day, replaced, withdrawn."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from tests.modules import campaign

from vaxkit.ruledata.policies.reading import shipped_policies
from vaxkit.vocabulary import Status
from yingjie.doses import actions as doses
from yingjie.doses import queries as dose_queries
from yingjie.doses.models import Dose, Standing
from yingjie.foundation import clock
from yingjie.foundation.ids import uuid7
from yingjie.foundation.jobs.models import Job
from yingjie.foundation.journal.models import Entry
from yingjie.foundation.refusals import NotAllowed, NotFound, Refusal
from yingjie.people.models import Person
from yingjie.vaccines import actions, queries, refusals, rules
from yingjie.vaccines.models import PolicyVersion

COUNTY = campaign.actor("county_lead", "110117")
BOOSTER = "2021-10-24-homologous-booster.yaml"
AUTUMN = date(2021, 11, 1)
PRIMARY = (
    "cn-covid-2020-12-15-key-groups", "cn-covid-2021-03-29-guide", "cn-covid-2021-05-07-kconvac",
    "cn-covid-2021-07-20-ages-12-17",
)  # fmt: skip


def text(name: str) -> str:
    return (shipped_policies() / name).read_text(encoding="utf-8")


@pytest.fixture
def until_boosters(db: None) -> None:
    """The rules of a county that has not switched any booster on."""
    with clock.at(campaign.NOON):
        campaign.places()
        actions.load_shipped(by=campaign.maker, in_force=PRIMARY)


def draft(name: str = BOOSTER) -> PolicyVersion:
    return PolicyVersion.objects.get(file_name=name)


def autumn() -> Any:
    return clock.at(campaign.NOON.replace(year=2021, month=11, day=1))


def vaccinated(serial: int, first_on: date = date(2021, 3, 30), *, area: str = campaign.VILLAGE) -> Person:
    someone = campaign.person(serial, area=area, birth_on=date(1980, 1, 1))
    for number, on in ((1, first_on), (2, first_on + timedelta(days=21))):
        Dose.objects.unscoped(campaign.ALL).create(
            person=someone, number=number, product_id=campaign.BIBP, given_on=on, source="elsewhere", recorded_at=campaign.NOON,
        )  # fmt: skip
    doses.rebuild_standings(by=campaign.maker, person_ids=[someone.pk])
    return someone


def everything() -> tuple[Any, ...]:
    kept = list(Standing.objects.unscoped(campaign.ALL).order_by("pk").values())
    return (
        list(PolicyVersion.objects.order_by("pk").values()),
        kept,
        Entry.objects.count(),
        Job.objects.count(),
    )


def refused(kind: type[Refusal], verb: Callable[..., Any], **arguments: Any) -> Refusal:
    before = everything()
    with pytest.raises(kind) as caught:
        verb(**arguments)
    assert type(caught.value) is kind
    assert everything() == before
    return caught.value


@pytest.mark.usefixtures("until_boosters")
class TestBringingIn:
    def test_a_new_text_is_a_draft_and_changes_nothing(self) -> None:
        before = rules.fingerprint(AUTUMN)
        changed = text("2021-03-29-technical-guide.yaml").replace('version: "1"', 'version: "2"')
        made = actions.add_version(by=COUNTY, file_name="guide-2.yaml", content=changed)
        assert (made.policy_id, made.number, made.state) == ("cn-covid-2021-03-29-guide", 2, "draft")
        assert rules.fingerprint(AUTUMN) == before
        assert Entry.objects.get(verb="vaccines.add_version").subject_id == str(made.pk)

    def test_what_is_wrong_is_said_line_by_line_in_both_languages(self) -> None:
        wrong = text(BOOSTER).replace("effective_on:", "efective_on:", 1)
        said = refused(
            refusals.PolicyFaulty, actions.add_version, by=COUNTY, file_name="x.yaml", content=wrong
        )
        assert isinstance(said, refusals.PolicyFaulty)
        assert any("efective_on" in fault.what.zh and fault.line for fault in said.faults)
        assert "efective_on" in said.as_dict()["zh"]["reason"]
        assert "efective_on" in said.as_dict()["en"]["reason"]
        refused(refusals.PolicyFaulty, actions.add_version, by=COUNTY, file_name="x.yaml", content="{")
        refused(refusals.PolicyFaulty, actions.add_version, by=COUNTY, file_name="x.yaml", content="code: x")

    def test_each_text_once_by_whoever_may_and_not_too_large(self) -> None:
        refused(
            refusals.PolicyKnown, actions.add_version, by=COUNTY, file_name="x.yaml", content=text(BOOSTER)
        )
        lead = campaign.actor("town_lead")
        refused(NotAllowed, actions.add_version, by=lead, file_name="x.yaml", content="code: x")
        refused(refusals.FileTooLarge, actions.add_version, by=COUNTY, file_name="x", content="x" * 300_000)


@pytest.mark.usefixtures("until_boosters")
class TestSwitching:
    def test_what_it_changes_for_whom_is_counted_first(self) -> None:
        with autumn():
            vaccinated(1), vaccinated(2, date(2021, 9, 1)), vaccinated(3, area=campaign.OTHER_VILLAGE)
            refused(refusals.NotMeasured, actions.activate, by=COUNTY, version_id=draft().pk, from_on=AUTUMN)
            before = everything()[1]
            found = doses.measure_policy(by=COUNTY, version_id=draft().pk, from_on=AUTUMN)
            assert everything()[1] == before
        assert (found["people"], found["changed"]) == (3, 3)
        assert found["moves"] == [
            {"from": ["complete", 0], "to": ["due", 3], "people": 2},
            {"from": ["complete", 0], "to": ["not_yet_due", 3], "people": 1},
        ]
        assert {code: sum(move["people"] for move in moves) for code, moves in found["villages"].items()} == {
            campaign.VILLAGE: 2, campaign.OTHER_VILLAGE: 1,
        }  # fmt: skip
        assert list(found["bands"]) == ["18-59"]

    def test_switched_on_it_holds_from_its_day_and_standings_follow(self) -> None:
        from_on = AUTUMN + timedelta(days=5)
        with autumn():
            someone = vaccinated(1)
            doses.measure_policy(by=COUNTY, version_id=draft().pk, from_on=from_on)
            actions.activate(by=COUNTY, version_id=draft().pk, from_on=from_on)
            doses.refresh_standings(by=campaign.maker)
            assert dose_queries.standing_of(someone.pk, clock.today()).status is Status.COMPLETE
        assert Job.objects.filter(kind="doses.refresh_standings").count() == 1
        with clock.at(campaign.NOON.replace(month=11, day=6)):
            assert dose_queries.standing_of(someone.pk, clock.today()).status is Status.DUE
            assert doses.refresh_standings(by=campaign.maker) == 1
            assert Standing.objects.unscoped(campaign.ALL).get().next_number == 3
            assert doses.refresh_standings(by=campaign.maker) == 0
            assert doses.rebuild_standings(by=campaign.maker) == 0

    def test_counted_against_other_rules_it_is_counted_again(self) -> None:
        with autumn():
            vaccinated(1)
            doses.measure_policy(by=COUNTY, version_id=draft().pk, from_on=AUTUMN)
            actions.withdraw(by=COUNTY, version_id=draft("2021-07-20-ages-12-17.yaml").pk, reason="test")
            refused(
                refusals.MeasuredBefore, actions.activate, by=COUNTY, version_id=draft().pk, from_on=AUTUMN
            )

    def test_never_before_its_own_day_nor_twice(self) -> None:
        early = date(2021, 10, 23)
        refused(refusals.TooEarly, actions.activate, by=COUNTY, version_id=draft().pk, from_on=early)
        actions.activate(by=COUNTY, version_id=draft().pk, from_on=AUTUMN)
        refused(refusals.NotADraft, actions.activate, by=COUNTY, version_id=draft().pk, from_on=AUTUMN)
        refused(
            NotAllowed,
            actions.activate,
            by=campaign.actor("town_lead"),
            version_id=draft().pk,
            from_on=AUTUMN,
        )

    def test_a_new_version_replaces_the_old_one_from_its_day(self) -> None:
        name = "2021-07-20-ages-12-17.yaml"
        later = text(name).replace('version: "1"', 'version: "2"').replace("12 years", "15 years")
        assert later.count("15 years") > 0
        made = actions.add_version(by=COUNTY, file_name="later.yaml", content=later)
        actions.activate(by=COUNTY, version_id=made.pk, from_on=date(2021, 9, 1))
        old = draft(name)
        assert (old.state, old.until_on, old.ended_by) == ("replaced", date(2021, 9, 1), "county_lead")
        assert queries.course(date(2021, 8, 31)).minimum_age == "12 years"
        assert queries.course(date(2021, 9, 1)).minimum_age == "15 years"

    def test_withdrawn_it_ends_today_with_the_reason(self) -> None:
        with clock.at(campaign.NOON.replace(month=8)):
            version = draft("2021-07-20-ages-12-17.yaml")
            refused(
                refusals.WithdrawReasonMissing, actions.withdraw, by=COUNTY, version_id=version.pk, reason=" "
            )
            actions.withdraw(by=COUNTY, version_id=version.pk, reason="the province said so")
            assert queries.course().minimum_age == "18 years"
            assert queries.course(clock.today() - timedelta(days=1)).minimum_age == "12 years"
            refused(refusals.AlreadyOver, actions.withdraw, by=COUNTY, version_id=version.pk, reason="again")

    def test_the_changes_are_said_in_sentences(self) -> None:
        view = queries.version(COUNTY, draft().pk)
        assert view.changes
        assert all(change.sentence.zh and change.sentence.en for change in view.changes)
        with pytest.raises(NotFound):
            queries.version(COUNTY, uuid7())


@pytest.mark.usefixtures("until_boosters")
class TestLeftOut:
    def test_one_that_cannot_be_read_does_not_stop_the_others(self, client: Client) -> None:
        name, before = "2021-07-20-ages-12-17.yaml", rules.fingerprint(AUTUMN)
        said = text(name).replace("effective_on:", "efective_on:", 1)
        PolicyVersion.objects.filter(file_name=name).update(content=said, sha256="f" * 64)
        with autumn():
            assert queries.course().minimum_age == "18 years"
            assert dose_queries.standing_of(campaign.person(1).pk, AUTUMN).status is Status.DUE
            assert rules.fingerprint() != before
            assert [row.file_name for row in queries.left_out(COUNTY)] == [name]
            campaign.sign_in(client, "county_lead", "110117")
            assert "vaccines.policy_faulty" in client.get("/vaccines/policies/").content.decode()
            made = actions.add_version(
                by=COUNTY, file_name="again.yaml", content=text(name).replace('version: "1"', 'version: "2"')
            )
            doses.measure_policy(by=COUNTY, version_id=made.pk, from_on=AUTUMN)
            actions.activate(by=COUNTY, version_id=made.pk, from_on=AUTUMN)
            assert queries.course().minimum_age == "12 years"


@pytest.mark.usefixtures("until_boosters")
class TestPages:
    def test_reading_counting_and_switching(self, client: Client) -> None:
        campaign.sign_in(client, "county_lead", "110117")
        with autumn():
            vaccinated(1)
            assert "加强" in client.get("/vaccines/policies/").content.decode()
            address = f"/vaccines/policies/{draft().pk}/"
            shown = client.get(address).content.decode()
            assert "尚未测算" in shown
            refusal = client.post(f"{address}activate/", {"from_on": "2021-11-01"})
            assert (refusal.status_code, "请先测算影响" in refusal.content.decode()) == (409, True)
            assert (
                client.post(f"/doses/policies/{draft().pk}/measure/", {"from_on": "2021-11-01"}).status_code
                == 302
            )
            assert Job.objects.get(kind="doses.measure_policy").arguments["from_on"] == "2021-11-01"
            doses.measure_policy(by=COUNTY, version_id=draft().pk, from_on=AUTUMN)
            assert "甲村" in client.get(address).content.decode()
            assert client.post(f"{address}activate/", {"from_on": "2021-11-01"}).status_code == 302
            assert client.get("/vaccines/").status_code == 200

    def test_a_file_with_faults(self, client: Client) -> None:
        campaign.sign_in(client, "county_lead", "110117")
        answer = client.post(
            "/vaccines/policies/new/", {"content": text(BOOSTER).replace("title:", "titel:", 1)}
        )
        assert answer.status_code == 400
        assert "titel" in answer.content.decode()

    def test_others_only_read(self, client: Client) -> None:
        campaign.sign_in(client, "town_lead", campaign.TOWN)
        assert client.get(f"/vaccines/policies/{draft().pk}/").status_code == 200
        assert client.get("/vaccines/policies/new/").status_code == 403
        assert client.post(f"/vaccines/policies/{draft().pk}/activate/", {}).status_code == 403

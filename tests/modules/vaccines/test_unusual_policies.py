"""Policies nobody expected: right in form, odd in content. They are read, compared, shown, counted and switched on like others."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.test import Client
from tests.modules import campaign
from tests.modules.vaccines.test_policies import vaccinated

from yingjie.doses import actions as doses
from yingjie.doses import queries as dose_queries
from yingjie.doses.models import Dose, Standing
from yingjie.foundation import clock
from yingjie.vaccines import actions, queries
from yingjie.vaccines.models import PolicyVersion

UNUSUAL = sorted((Path(__file__).parent / "unusual").glob("*.yaml"))
AUTUMN = date(2021, 11, 1)


@pytest.mark.django_db
@pytest.mark.parametrize("file", UNUSUAL, ids=lambda file: file.stem)
def test_an_unusual_policy_goes_the_whole_way(file: Path, client: Client) -> None:
    county = campaign.actor("county_lead", "110117")
    with clock.at(campaign.NOON.replace(year=2021, month=11, day=1)):
        campaign.places()
        actions.load_shipped(by=campaign.maker)
        vaccinated(1)
        made = actions.add_version(by=county, file_name=file.name, content=file.read_text(encoding="utf-8"))
        campaign.sign_in(client, "county_lead", "110117")
        for language, words in (("zh-hans", f"某县{file.stem}"), ("en", f"County {file.stem}")):
            client.cookies["yingjie_language"] = language
            shown = client.get(f"/vaccines/policies/{made.pk}/")
            assert shown.status_code == 200
            assert words in shown.content.decode()
        assert doses.measure_policy(by=county, version_id=made.pk, from_on=AUTUMN)["people"] == 1
        actions.activate(by=county, version_id=made.pk, from_on=AUTUMN)
        doses.rebuild_standings(by=campaign.maker)
        assert Standing.objects.unscoped(campaign.ALL).count() == 1


@pytest.mark.django_db
def test_a_draft_that_builds_on_what_is_not_in_force_can_be_read(client: Client) -> None:
    """Its page says what is lacking; its rules stand there as if the earlier documents held."""
    with clock.at(campaign.NOON):
        campaign.places()
        actions.load_shipped(by=campaign.maker, in_force=("cn-covid-2020-12-15-key-groups",))
        campaign.sign_in(client, "county_lead", "110117")
        client.cookies["yingjie_language"] = "en"
        draft = PolicyVersion.objects.get(policy="cn-covid-2022-12-25-infection")
        page = client.get(f"/vaccines/policies/{draft.pk}/")
        assert page.status_code == 200
        for words in ("no dose is of this stage", "6 months or more after an infection."):
            assert words in page.content.decode()


OTHERS = Path(__file__).parents[2] / "kit" / "policies" / "others"


@pytest.mark.django_db
def test_a_policy_of_another_disease_stands_beside_the_campaign(client: Client) -> None:
    """HPV: girls only, two doses begun before 15. Counted, switched on, doses recorded in a group of their own."""
    county = campaign.actor("county_lead", "110117")
    with clock.at(campaign.NOON.replace(year=2021, month=11, day=1)):
        campaign.places()
        actions.load_shipped(by=campaign.maker)
        vaccinated(1)
        girl = campaign.person(2, birth_on=date(2009, 3, 1))
        text = (OTHERS / "hpv.yaml").read_text(encoding="utf-8")
        made = actions.add_version(by=county, file_name="hpv.yaml", content=text)
        assert (made.policy.group, queries.group_of("HPV9"), queries.group_of(campaign.BIBP)) == (
            "HPV",
            "HPV",
            "COVID-19",
        )
        campaign.sign_in(client, "county_lead", "110117")
        for language, words in (("zh-hans", "补种"), ("en", "Catch-up")):
            client.cookies["yingjie_language"] = language
            assert words in client.get(f"/vaccines/policies/{made.pk}/").content.decode()
        counted = doses.measure_policy(by=county, version_id=made.pk, from_on=AUTUMN)
        assert (counted["people"], counted["changed"]) == (2, 1)
        actions.activate(by=county, version_id=made.pk, from_on=AUTUMN)
        for number, on in ((1, date(2021, 1, 10)), (2, date(2021, 6, 6))):
            Dose.objects.unscoped(campaign.ALL).create(
                person=girl, group="HPV", number=number, product_id="HPV9", given_on=on, source="elsewhere",
                recorded_at=campaign.NOON,
            )  # fmt: skip
        doses.rebuild_standings(by=campaign.maker)
        (kept,) = Standing.objects.unscoped(campaign.ALL).filter(person=girl)
        assert (kept.group, kept.doses_counted, kept.completed_on) == ("HPV", 2, date(2021, 6, 6))
        assert doses.rebuild_standings(by=campaign.maker) == 0
        # Nothing is shown of a dose of another group in the campaign's answer.
        assert dose_queries.advice_of(girl.pk, AUTUMN).doses_counted == 0


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["mmr", "hepb", "influenza"])
def test_other_diseases_go_the_whole_way_too(name: str) -> None:
    county = campaign.actor("county_lead", "110117")
    with clock.at(campaign.NOON.replace(year=2023, month=11, day=1)):
        campaign.places()
        actions.load_shipped(by=campaign.maker)
        vaccinated(1)
        text = (OTHERS / f"{name}.yaml").read_text(encoding="utf-8")
        made = actions.add_version(by=county, file_name=f"{name}.yaml", content=text)
        day = date(2023, 11, 1)
        assert doses.measure_policy(by=county, version_id=made.pk, from_on=day)["people"] == 1
        actions.activate(by=county, version_id=made.pk, from_on=day)
        doses.rebuild_standings(by=campaign.maker)
        assert doses.rebuild_standings(by=campaign.maker) == 0

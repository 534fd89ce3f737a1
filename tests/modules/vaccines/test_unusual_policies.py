"""Policies nobody expected: right in form, odd in content. They are read, compared, shown, counted and switched on like others."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.test import Client
from tests.modules import campaign
from tests.modules.vaccines.test_policies import vaccinated

from yingjie.doses import actions as doses
from yingjie.doses.models import Standing
from yingjie.foundation import clock
from yingjie.vaccines import actions

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

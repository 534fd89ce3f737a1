"""Scores from issued bulletins, settled once; commendations with words, withdrawn with a reason; who sees them."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from tests.modules import campaign as tiny
from tests.modules.oversight.tiny_county import COUNTY, FIRST, NORTH, SOUTH, actor, moment
from yingjie.foundation import clock
from yingjie.foundation.refusals import NotAllowed, NotFound
from yingjie.oversight import card_actions, score_actions, score_queries
from yingjie.oversight.actions import issue
from yingjie.oversight.models import Commendation, ScoreSheet
from yingjie.oversight.refusals import WordsMissing
from yingjie.oversight.score_refusals import AlreadyCommended, PeriodScored, TooFewBulletins

LEAD, NORTH_LEAD, SOUTH_LEAD = (
    actor("county_lead", COUNTY),
    actor("town_lead", NORTH),
    actor("town_lead", SOUTH),
)
DAY = date(2021, 6, 1)
END = DAY + timedelta(1)


@pytest.fixture
def issued(people: Callable[..., Any], doses: Callable[..., Any]) -> None:
    """The north goes from 10 to 30 of 50 in two bulletins, the south stays at 20 and gets a yellow card."""
    north, south = people(50, FIRST), people(50, "110117002001")
    doses(north[:10], 1, DAY - timedelta(3))
    doses(south[:20], 1, DAY - timedelta(3))
    doses(north[10:30], 1, END)
    for on in (DAY, END):
        with clock.at(moment(on, 20)):
            issue(by=LEAD, area_code=COUNTY, on=on)
    with clock.at(moment(END, 21)):
        card_actions.raise_by_hand(
            by=LEAD, raised_by=COUNTY, area_code=SOUTH, kind="yellow", because="两日无进展", reply_due_on=END
        )


def test_a_sheet_is_settled_once_and_commends_with_words(client: Client, issued: None) -> None:
    with clock.at(moment(END, 22)):
        with pytest.raises(TooFewBulletins):
            score_actions.settle(by=LEAD, area_code=COUNTY, from_on=END, until_on=END)
        with pytest.raises(NotFound):
            score_actions.settle(by=NORTH_LEAD, area_code=COUNTY, from_on=DAY, until_on=END)
        with pytest.raises(NotAllowed):
            score_actions.settle(by=actor("auditor", COUNTY), area_code=COUNTY, from_on=DAY, until_on=END)
        assert not ScoreSheet.objects.unscoped(tiny.ALL).exists()
        made = score_actions.settle(by=LEAD, area_code=COUNTY, from_on=DAY, until_on=END)
        # North: 40 × 60 % + 30 × 20/40 + 10 (timely) + 10 × 1/2 (steady) of 90; lists have no figure.
        first, second = made.rows
        assert (first["name"], first["points"], first["place"], first["proposed"]) == (
            "北镇",
            "60.0",
            1,
            False,
        )
        assert first["shares"] == {
            "coverage": "60.0%", "progress": "50.0%", "lists": "", "timely": "100.0%", "steady": "50.0%",
        }  # fmt: skip
        assert (second["name"], second["points"], second["deducted"]) == ("南镇", "15.0", 5)
        with pytest.raises(PeriodScored):
            score_actions.settle(by=LEAD, area_code=COUNTY, from_on=END, until_on=END + timedelta(3))
        with pytest.raises(WordsMissing):
            score_actions.commend(by=LEAD, sheet_id=made.pk, area_code=NORTH, words=" ")
        with pytest.raises(NotFound):
            score_actions.commend(by=LEAD, sheet_id=made.pk, area_code=FIRST, words="好")
        score_actions.commend(by=LEAD, sheet_id=made.pk, area_code=NORTH, words="一日补种二十人")
        with pytest.raises(AlreadyCommended):
            score_actions.commend(by=LEAD, sheet_id=made.pk, area_code=NORTH, words="再表扬")
        # The commended township reads its own commendation; the sheet with everybody's points is the county's.
        assert [each.words for each in score_queries.commendations(NORTH_LEAD)] == ["一日补种二十人"]
        assert score_queries.commendations(SOUTH_LEAD) == [] and score_queries.sheets(NORTH_LEAD) == []
        with pytest.raises(NotFound):
            score_queries.sheet(NORTH_LEAD, made.pk)
        tiny.sign_in(client, "county_lead", COUNTY)
        page = client.get(f"/reports/scores/{made.pk}/").content.decode()
        assert "60.0" in page and "一日补种二十人" in page and "−5" in page
        assert "北镇" in client.get("/reports/scores/").content.decode()
        answer = client.post(
            f"/reports/scores/{made.pk}/commend/",
            {"area": NORTH, "text": "口径有误", "step": "withdraw"},
            follow=True,
        )
        assert answer.status_code == 200 and "一日补种二十人" not in answer.content.decode()
        found = Commendation.objects.unscoped(tiny.ALL).get()
        assert (found.withdrawn_because, found.words) == ("口径有误", "一日补种二十人")
        bad = client.post("/reports/scores/new/", {"from_on": "2021-06-02", "until_on": "2021-06-01"})
        assert bad.status_code == 400

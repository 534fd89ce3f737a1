"""Cards: proposed from issued bulletins, confirmed by a person, answered by the area, looked at again, lifted."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from tests.modules import campaign as tiny
from tests.modules.oversight.tiny_county import COUNTY, FIRST, NORTH, SECOND, SOUTH, actor, moment
from yingjie.foundation import clock
from yingjie.foundation.journal.models import Entry
from yingjie.foundation.refusals import BadInput, NotAllowed, NotFound
from yingjie.oversight import card_actions, card_paper, card_queries
from yingjie.oversight.actions import issue
from yingjie.oversight.models import Card, CardStep
from yingjie.oversight.refusals import CardMovedOn, WordsMissing

LEAD, NORTH_LEAD, SOUTH_LEAD = (
    actor("county_lead", COUNTY),
    actor("town_lead", NORTH),
    actor("town_lead", SOUTH),
)
VILLAGE = actor("village_officer", FIRST)
DAY = date(2021, 6, 1)
ALL = "a test looks at everything"


@pytest.fixture
def behind(people: Callable[..., Any], doses: Callable[..., Any]) -> None:
    """Two townships of fifty; the north has had ten doses and stops, the south gives four a day: three bulletins."""
    north, south = people(50, FIRST), people(50, "110117002001")
    doses(north[:10], 1, DAY - timedelta(9))
    doses(south[:20], 1, DAY - timedelta(9))
    for nth in range(3):
        doses(south[20 + 4 * nth : 24 + 4 * nth], 1, DAY + timedelta(nth))
    for nth in range(3):
        with clock.at(moment(DAY + timedelta(nth), 20)):
            issue(by=LEAD, area_code=COUNTY, on=DAY + timedelta(nth))


def cards() -> list[tuple[str, str, str, str]]:
    rows = Card.objects.unscoped(ALL).order_by("made_at", "rule")
    return list(rows.values_list("area_id", "rule", "kind", "state"))


def proposed(rule: str = "last-three-days") -> Card:
    return Card.objects.unscoped(ALL).get(rule=rule, state="proposed")


def test_an_issued_bulletin_proposes_cards_with_their_evidence(behind: None) -> None:
    assert cards() == [
        (NORTH, "no-doses", "yellow", "proposed"),
        (NORTH, "last-three-days", "yellow", "proposed"),
    ]
    card = proposed()
    assert [(row["on"], row["place"], row["ranked"], row["coverage"], row["doses"]) for row in card.rests_on] == [
        ("2021-06-01", 2, 2, "20.0%", 0), ("2021-06-02", 2, 2, "20.0%", 0), ("2021-06-03", 2, 2, "20.0%", 0),
    ]  # fmt: skip
    assert [row["mean"] for row in card.rests_on] == ["34.0%", "38.0%", "42.0%"]
    assert "22.0个百分点" in card.because_zh and "22.0 points" in card.because_en
    assert card_actions.propose_cards(by=LEAD, area_code=COUNTY) == []


def test_a_proposal_is_seen_by_those_who_decide_alone(behind: None) -> None:
    assert {row.area_code for row in card_queries.cards(LEAD)} == {NORTH}
    for other in (NORTH_LEAD, SOUTH_LEAD, VILLAGE):
        assert card_queries.cards(other) == []
        with pytest.raises(NotFound):
            card_queries.card(other, proposed().pk)
        with pytest.raises(NotFound):
            card_actions.decide(by=other, card_id=proposed().pk, step="confirm")


def test_a_card_goes_out_is_answered_sent_back_answered_and_lifted(behind: None) -> None:
    card = proposed()
    with clock.at(moment(DAY + timedelta(3))):
        card_actions.decide(by=LEAD, card_id=card.pk, step="confirm")
        seen = card_queries.card(NORTH_LEAD, card.pk)
        assert (seen.state, seen.reply_due_on, seen.steps_open) == ("open", DAY + timedelta(4), ("reply",))
        assert card_queries.to_answer(NORTH_LEAD) == 1 and card_queries.to_answer(SOUTH_LEAD) == 0
        with pytest.raises(NotAllowed):
            card_actions.decide(by=NORTH_LEAD, card_id=card.pk, step="lift", text="自己解除")
        with pytest.raises(WordsMissing):
            card_actions.reply(by=NORTH_LEAD, card_id=card.pk, text="  ")
    with clock.at(moment(DAY + timedelta(3), 14)):
        card_actions.reply(by=NORTH_LEAD, card_id=card.pk, text="增派两支流动队")
        with pytest.raises(CardMovedOn):
            card_actions.reply(by=NORTH_LEAD, card_id=card.pk, text="再答")
    with clock.at(moment(DAY + timedelta(4))):
        card_actions.decide(by=LEAD, card_id=card.pk, step="send_back", text="未写明时间")
    with clock.at(moment(DAY + timedelta(5))):
        assert card_queries.card(LEAD, card.pk).reply_due_on == DAY + timedelta(5)
        card_actions.reply(by=NORTH_LEAD, card_id=card.pk, text="六月六日前入户")
    with clock.at(moment(DAY + timedelta(6))):
        card_actions.decide(by=LEAD, card_id=card.pk, step="lift", text="已复查")
    whole = card_queries.card(LEAD, card.pk)
    assert (whole.state, whole.steps_open) == ("lifted", ())
    assert [step.step for step in whole.steps] == ["confirm", "reply", "send_back", "reply", "lift"]
    assert Entry.objects.filter(verb="oversight.card").count() == 5


def test_what_was_dismissed_is_not_proposed_again_for_the_same_days(behind: None) -> None:
    card = proposed()
    with pytest.raises(WordsMissing):
        card_actions.decide(by=LEAD, card_id=card.pk, step="dismiss")
    card_actions.decide(by=LEAD, card_id=card.pk, step="dismiss", text="道路塌方，已说明")
    assert card_actions.propose_cards(by=LEAD, area_code=COUNTY) == []
    with clock.at(moment(DAY + timedelta(3), 20)):
        issue(by=LEAD, area_code=COUNTY, on=DAY + timedelta(3))
    assert proposed().on == DAY + timedelta(3)


def test_a_yellow_card_that_is_not_put_right_turns_red(behind: None) -> None:
    card_actions.decide(by=LEAD, card_id=proposed().pk, step="confirm")
    for nth in range(3, 6):
        with clock.at(moment(DAY + timedelta(nth), 20)):
            issue(by=LEAD, area_code=COUNTY, on=DAY + timedelta(nth))
    red = Card.objects.unscoped(ALL).get(kind="red")
    assert (red.area_id, red.rule, red.on) == (NORTH, "yellow-unsettled", DAY + timedelta(5))
    assert "连续三期排名靠后" in red.because_zh


def test_a_card_can_be_raised_by_hand_within_ones_own_areas(county: str) -> None:
    with clock.at(moment(DAY)):
        said = {"kind": "interview", "because": "冷链登记不全", "reply_due_on": DAY + timedelta(2)}
        made = card_actions.raise_by_hand(by=LEAD, raised_by=COUNTY, area_code=NORTH, **said)
        assert (made.state, made.rule, made.reply_days) == ("open", "", 2)
        for refusal, who, above, below, more in (
            (NotAllowed, NORTH_LEAD, COUNTY, NORTH, {}),
            (NotFound, NORTH_LEAD, NORTH, SOUTH, {}),
            (NotFound, LEAD, COUNTY, COUNTY, {}),
            (BadInput, LEAD, COUNTY, NORTH, {"kind": "green"}),
            (BadInput, LEAD, COUNTY, NORTH, {"reply_due_on": DAY - timedelta(1)}),
            (WordsMissing, LEAD, COUNTY, NORTH, {"because": " "}),
        ):
            with pytest.raises(refusal):
                card_actions.raise_by_hand(by=who, raised_by=above, area_code=below, **(said | more))
    assert Card.objects.unscoped(ALL).count() == CardStep.objects.unscoped(ALL).count() == 1


def test_the_pages_walk_from_proposal_to_answer(client: Client, behind: None) -> None:
    tiny.sign_in(client, "county_lead", COUNTY)
    listed = client.get("/reports/cards/").content.decode()
    assert "北镇" in listed and "待确认" in listed
    card = proposed()
    page = client.get(f"/reports/cards/{card.pk}/").content.decode()
    assert "2/2" in page and "确认发出" in page
    assert client.post(f"/reports/cards/{card.pk}/decide/", {"step": "dismiss"}).status_code == 400
    assert client.post(f"/reports/cards/{card.pk}/decide/", {"step": "confirm"}).status_code == 302
    assert client.post(f"/reports/cards/{card.pk}/decide/", {"step": "confirm"}).status_code == 409
    form = {"area_code": SOUTH, "kind": "order", "because": "数据迟报", "reply_due_on": "2039-01-01"}
    assert client.post("/reports/cards/raise/", form).status_code == 302
    assert client.post("/reports/cards/raise/", form | {"area_code": SECOND}).status_code == 400
    other = Client()
    tiny.sign_in(other, "town_lead", NORTH)
    assert "待答复" in other.get("/reports/cards/").content.decode()
    assert other.post(f"/reports/cards/{card.pk}/reply/", {"text": "已安排"}).status_code == 302
    assert "已安排" in client.get(f"/reports/cards/{card.pk}/").content.decode()


def test_a_notice_is_printed_for_whoever_sees_the_card(client: Client, behind: None) -> None:
    card = proposed()
    with clock.at(moment(DAY + timedelta(3))):
        tiny.sign_in(client, "town_lead", NORTH)
        assert client.get(f"/reports/cards/{card.pk}/notice.pdf").status_code == 404
        card_actions.decide(by=LEAD, card_id=card.pk, step="confirm")
        answer = client.get(f"/reports/cards/{card.pk}/notice.pdf")
        assert answer.status_code == 200 and answer.content.startswith(b"%PDF")
        assert client.get(f"/reports/cards/{card.pk}/notice.txt").status_code == 404
        found = card_queries.card(NORTH_LEAD, card.pk)
        written = card_paper.report(found, "zh-hans")
        assert (written.title, written.recipients, written.watermark) == ("黄牌通知", "北镇", "")
        assert written.tables[0].rows[0][1:] == ("2/2", "20.0%", "34.0%", 0, 40)
        assert card_paper.report(found, "en").title == "Yellow card notice"
        with pytest.raises(NotFound):
            card_queries.card(SOUTH_LEAD, card.pk)

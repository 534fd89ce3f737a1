"""约谈 and 督办 with a day, a place, a record and an end; what of it is late stands on the leader's Today page."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from tests.modules import campaign as tiny
from tests.modules.oversight.tiny_county import COUNTY, FIRST, NORTH, SOUTH, actor, moment
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.journal.models import Entry
from yingjie.foundation.refusals import NotAllowed, NotFound, Refusal
from yingjie.oversight import card_actions, card_paper, card_queries, meeting_actions, meetings
from yingjie.oversight.models import Card, Meeting

LEAD, NORTH_LEAD, SOUTH_LEAD = (
    actor("county_lead", COUNTY),
    actor("town_lead", NORTH),
    actor("town_lead", SOUTH),
)
DAY = date(2021, 6, 1)
ALL = "a test looks at everything"
WHERE: dict[str, Any] = {"place": "县政府三楼会议室", "invited": "北镇镇长"}


def raised(kind: str = "interview") -> Card:
    return card_actions.raise_by_hand(
        by=LEAD, raised_by=COUNTY, area_code=NORTH, kind=kind, because="连续排名靠后", reply_due_on=DAY + timedelta(2)
    )  # fmt: skip


def refused(code: str, act: Any, **given: Any) -> None:
    """Refused with this code, and nothing written."""
    before = Entry.objects.count(), list(Meeting.objects.unscoped(ALL).values())
    with pytest.raises(Refusal) as found:
        act(**given)
    assert found.value.code == code
    assert before == (Entry.objects.count(), list(Meeting.objects.unscoped(ALL).values()))


def late(who: Actor) -> tuple[int, int, int]:
    found = meetings.overdue(who)
    return found.replies, found.records, found.undated


def test_an_interview_from_its_day_to_its_end(county: str) -> None:
    arrange, hold = meeting_actions.arrange, meeting_actions.hold
    with clock.at(moment(DAY)):
        card = raised()
        assert late(LEAD) == (0, 0, 1) and late(NORTH_LEAD) == late(SOUTH_LEAD) == (0, 0, 0)
        refused(
            "oversight.not_interviewed",
            card_actions.decide,
            by=LEAD,
            card_id=card.pk,
            step="lift",
            text="算了",
        )
        refused("oversight.meeting_incomplete", arrange, by=LEAD, card_id=card.pk, at=moment(DAY, 1), **WHERE)
        for who, refusal in ((NORTH_LEAD, NotAllowed), (SOUTH_LEAD, NotFound)):
            with pytest.raises(refusal):
                arrange(by=who, card_id=card.pk, at=moment(DAY + timedelta(1)), **WHERE)
        made = arrange(by=LEAD, card_id=card.pk, at=moment(DAY + timedelta(1)), **WHERE)
        refused(
            "oversight.meeting_ahead",
            arrange,
            by=LEAD,
            card_id=card.pk,
            at=moment(DAY + timedelta(3)),
            **WHERE,
        )
        refused(
            "oversight.meeting_ahead", card_actions.decide, by=LEAD, card_id=card.pk, step="lift", text="算了"
        )
        refused("oversight.record_too_early", hold, by=LEAD, meeting_id=made.pk, attended="镇长", said="…")
        assert meetings.to_attend(NORTH_LEAD) == (1, moment(DAY + timedelta(1)))
        assert meetings.to_attend(SOUTH_LEAD) == (0, None) and late(LEAD) == (0, 0, 0)
        seen = card_queries.card(NORTH_LEAD, card.pk)
        assert seen.owner and seen.next_meeting and seen.next_meeting.place == WHERE["place"]
        assert WHERE["place"] in str(card_paper.report(seen, "zh-hans").body)
    with clock.at(moment(DAY + timedelta(2))):
        assert late(LEAD) == (0, 1, 0) and card_queries.card(LEAD, card.pk).is_overdue
        said = {"attended": "镇长、卫生院院长", "said": "两日内逐户核实名单。"}
        refused("oversight.meeting_incomplete", hold, by=LEAD, meeting_id=made.pk, attended="镇长", said=" ")
        refused("oversight.deadline_past", hold, by=LEAD, meeting_id=made.pk, **said, reply_due_on=DAY)
        hold(by=LEAD, meeting_id=made.pk, **said, reply_due_on=DAY + timedelta(4))
        refused("oversight.meeting_closed", hold, by=LEAD, meeting_id=made.pk, **said)
        assert card_queries.card(NORTH_LEAD, card.pk).reply_due_on == DAY + timedelta(4) and late(LEAD) == (
            0,
            0,
            0,
        )
    with clock.at(moment(DAY + timedelta(5))):
        assert late(LEAD) == (1, 0, 0)
        card_actions.reply(by=NORTH_LEAD, card_id=card.pk, text="名单已核实")
        card_actions.decide(by=LEAD, card_id=card.pk, step="lift", text="已复查")
        assert late(LEAD) == (0, 0, 0) and not card_queries.card(LEAD, card.pk).is_overdue
    assert list(Entry.objects.filter(verb__contains="_meeting").order_by("pk").values_list("verb", flat=True)) == [
        "oversight.arrange_meeting", "oversight.hold_meeting",
    ]  # fmt: skip


def test_a_meeting_called_off_and_a_card_handed_on(county: str) -> None:
    with clock.at(moment(DAY)):
        card, yellow = raised("order"), raised("yellow")
        refused(
            "oversight.no_meeting_here",
            meeting_actions.arrange,
            by=LEAD,
            card_id=yellow.pk,
            at=moment(DAY, 20),
            **WHERE,
        )
        made = meeting_actions.arrange(by=LEAD, card_id=card.pk, at=moment(DAY, 20), **WHERE)
        refused("oversight.words_missing", meeting_actions.call_off, by=LEAD, meeting_id=made.pk, because=" ")
        meeting_actions.call_off(by=LEAD, meeting_id=made.pk, because="道路中断")
        meeting_actions.hand_to(by=LEAD, card_id=card.pk, owner="督查室")
        found = card_queries.card(LEAD, card.pk)
        assert (found.owner, [row.state for row in found.meetings]) == ("督查室", ["called_off"])
        assert [step.step for step in found.steps] == ["raise", "hand_to"]
        card_actions.decide(by=LEAD, card_id=card.pk, step="lift", text="另行安排")


def test_the_pages_in_both_languages_and_nothing_of_the_neighbours(client: Client, county: str) -> None:
    with clock.at(moment(DAY, 9)):
        card = raised()
        tiny.sign_in(client, "county_lead", COUNTY)
        form = {"at": "2021-06-01T11:00", **WHERE}
        assert client.post(f"/reports/cards/{card.pk}/meeting/", form | {"place": ""}).status_code == 400
        assert client.post(f"/reports/cards/{card.pk}/meeting/", form).status_code == 302
        assert client.post(f"/reports/cards/{card.pk}/meeting/", form).status_code == 409
        meeting = Meeting.objects.unscoped(ALL).get()
        assert client.get(f"/reports/cards/{card.pk}/owner/").status_code == 200
        other = Client()
        tiny.sign_in(other, "town_lead", SOUTH)
        for path in (
            f"{card.pk}/meeting/",
            f"{card.pk}/owner/",
            f"meetings/{meeting.pk}/",
            f"meetings/{meeting.pk}/off/",
        ):
            assert (
                other.get(f"/reports/cards/{path}").status_code
                == other.post(f"/reports/cards/{path}").status_code
                == 404
            )
            assert client.get(
                f"/reports/cards/{path.replace(str(meeting.pk), str(uuid4()))}"
            ).status_code in (200, 404)
        village = Client()
        tiny.sign_in(village, "village_officer", FIRST)
        assert village.get(f"/reports/cards/{card.pk}/").status_code == 404
        assert WHERE["place"] in client.get("/reports/cards/").content.decode()
    with clock.at(moment(DAY, 12)):
        assert "约谈" in client.get("/reports/cards/?late=1").content.decode()
        assert (
            client.post(
                f"/reports/cards/meetings/{meeting.pk}/", {"attended": "镇长", "said": "好"}
            ).status_code
            == 302
        )
        page = client.get(f"/reports/cards/{card.pk}/", headers={"accept-language": "en"}).content.decode()
        assert "镇长" in page

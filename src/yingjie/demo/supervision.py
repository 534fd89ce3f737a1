"""What the task force made of the bulletins: a card confirmed, an order and an interview to the township that has an account,
scores settled, the first township commended. All of it goes through the product's own actions, the evening after the last bulletin.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from yingjie.demo import accounts
from yingjie.demo.history import ZONE, Campaign
from yingjie.foundation import clock
from yingjie.oversight import card_actions, card_queries, meeting_actions, score_actions

HOUR = time(19, 30)


def leave(*, told: Campaign, bulletin_days: int) -> None:
    """Call it after the bulletins; yesterday's is the last."""
    lead, town = accounts.actor(told, "county"), accounts.nodes(told)["town"]
    last = told.county.today - timedelta(days=1)
    with clock.at(datetime.combine(last, HOUR, ZONE)):
        proposed = [row for row in card_queries.cards(lead) if row.state == "proposed"]
        for row in sorted(proposed, key=lambda each: (each.area_code, each.kind))[:1]:
            card_actions.decide(by=lead, card_id=row.id, step="confirm")
        card_actions.raise_by_hand(
            by=lead, raised_by=told.county.code, area_code=town, kind="order",
            because="近三日预约名单到场率偏低，请逐村核实名单并于明日下班前回复整改情况。",
            reply_due_on=last + timedelta(days=1),
        )  # fmt: skip
        spoken = card_actions.raise_by_hand(
            by=lead, raised_by=told.county.code, area_code=town, kind="interview",
            because="高龄老人接种进度连续靠后，请主要负责人说明原因和下一步安排。", reply_due_on=last + timedelta(days=2),
        )  # fmt: skip
        meeting_actions.arrange(
            by=lead, card_id=spoken.pk, at=datetime.combine(last + timedelta(days=2), time(9), ZONE),
            place="县政府三楼会议室", invited="镇长、卫生院院长",
        )  # fmt: skip
        sheet = score_actions.settle(
            by=lead,
            area_code=told.county.code,
            from_on=last - timedelta(days=bulletin_days - 1),
            until_on=last,
        )
        best = next((row for row in sheet.rows if row["place"] == 1), None)
        if best is not None:
            score_actions.commend(
                by=lead,
                sheet_id=sheet.pk,
                area_code=best["area"],
                words="本周接种进度和名单质量居全县首位，通报表扬。",
            )

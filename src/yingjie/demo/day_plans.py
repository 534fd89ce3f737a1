"""The plans of the demo county's last mornings, and what was stated about the evening before; a question that its lead keeps."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from yingjie.demo import accounts
from yingjie.demo.history import ZONE, Campaign
from yingjie.foundation import clock
from yingjie.oversight import saved_queries
from yingjie.oversight.day_plan_actions import freeze, state_cause
from yingjie.oversight.day_plans import SITE, from_json

FROZEN_AT = time(7)
KEPT = {"area": "", "measure": "first_rate", "rows": "town", "columns": "age"}


def leave(*, told: Campaign, now: datetime) -> None:
    """Plans of yesterday and today at seven (today's where it is later than that), by the county; a storm at one site yesterday."""
    lead, today = accounts.actor(told, "county"), told.county.today
    yesterday = today - timedelta(days=1)
    for on in (yesterday, today):
        at = datetime.combine(on, FROZEN_AT, ZONE)
        if at <= now:
            with clock.at(at):
                plan = freeze(by=lead, area_code=told.county.code, on=on)
            if on == yesterday:
                first = next(row for row in from_json(plan.content) if row.kind == SITE)
                with clock.at(datetime.combine(on, time(19), ZONE)):
                    state_cause(
                        by=lead, area_code=told.county.code, on=on, key=first.key, cause="weather", doses=5,
                        text="傍晚雷阵雨，部分群众未出门",
                    )  # fmt: skip
    with clock.at(now):
        asked = KEPT | {"area": told.county.code}
        saved_queries.keep(by=lead, title="各镇分年龄第1剂接种率", asked=asked)

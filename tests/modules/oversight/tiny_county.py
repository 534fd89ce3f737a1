"""A tiny county, counted by hand: two townships, three villages, and who acts there."""

from datetime import date, datetime, time

from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor, Held

COUNTY, NORTH, SOUTH = "110117", "110117001", "110117002"
FIRST, SECOND, THIRD = "110117001001", "110117001002", "110117002001"
AREAS = (
    ("11", "北京市", "province"), ("1101", "市辖区", "city"), (COUNTY, "平谷区", "county"), (NORTH, "北镇", "town"),
    (SOUTH, "南镇", "town"), (FIRST, "甲村", "village"), (SECOND, "乙村", "village"), (THIRD, "丙村", "village"),
)  # fmt: skip
BIRTH = date(1970, 1, 1)


def actor(role: str, code: str) -> Actor:
    return Actor(name=f"{role}@{code}", held=(Held(role, code),))


def moment(day: date, hour: int = 12) -> datetime:
    return datetime.combine(day, time(hour), clock.CAMPAIGN_ZONE)

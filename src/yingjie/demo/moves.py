"""What happens to people in the demo county beside the campaign: work far away, groups, moves, one taken back, empty homes.

Through the product's own actions, by the accounts of the demo; people are chosen by the order of their birthdays, so that both
roads into the database choose the same.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from uuid import UUID

from yingjie.demo import accounts
from yingjie.demo.history import ZONE, Campaign
from yingjie.foundation import clock
from yingjie.people import actions
from yingjie.people.models import Person

_AWAY = (("away", "广东东莞"), ("away", "江苏苏州"), ("nearby", "城区"), ("seasonal", ""), ("away", "天津"))
_GROUPS = (
    ("teacher", 25, 58),
    ("medical", 25, 58),
    ("cold_chain", 20, 55),
    ("alone", 70, 100),
    ("student", 7, 20),
)
_GAPS = (
    ("empty_home", "东头老宅院", "", "门锁着，邻居说去年搬走"),
    ("not_met", "二组 15 号", "", "三次上门未见人"),
    ("not_met", "村口出租房", "刘师傅", "外来务工，早出晚归"),
)


def leave(*, told: Campaign, now: datetime) -> None:
    """Write all of it; people, doses and visits stand in the database already."""
    lead, code = accounts.actor(told, "town"), accounts.nodes(told)["village"][:12]
    today = told.county.today
    people = _people(code)
    with clock.at(min(now, datetime.combine(today - timedelta(days=1), time(16), ZONE))):
        for person, (word, place) in zip(people[40::37], _AWAY, strict=False):
            actions.set_whereabouts(
                by=lead, person_id=person.pk, word=word, place=place, on=today - timedelta(days=20)
            )
        for group, youngest, eldest in _GROUPS:
            fit = [each for each in people if youngest <= (today - each.birth_on).days // 365 < eldest]
            for person in fit[::61][:3]:
                actions.add_category(by=lead, person_id=person.pk, code=group)
        for kind, address, name, note in _GAPS:
            actions.open_gap(by=lead, area_code=code, kind=kind, address=address, name=name, note=note)
        _events(told, code, people)


def _events(told: Campaign, code: str, people: list[Person]) -> None:
    """A move to another grid reported late, and a departure that was reported and taken back; nobody stops counting."""
    lead, today = accounts.actor(told, "town"), told.county.today
    moving = people[11 % len(people)]
    others = sorted({each.area_id for each in people} - {moving.area_id}) or [code]
    if others[0] != moving.area_id:
        actions.move(
            by=lead,
            person_id=moving.pk,
            area_code=others[0],
            on=today - timedelta(days=9),
            reason="搬到儿子家",
        )
    person: UUID = people[7 % len(people)].pk
    actions.leave(by=lead, person_id=person, on=today - timedelta(days=3), reason="听说搬走")
    actions.undo_change(by=lead, person_id=person, reason="核实后仍在村里")


def _people(code: str) -> list[Person]:
    rows = Person.objects.unscoped("the demo county is all there is")
    found = rows.filter(area__code__startswith=code, left_on__isnull=True)
    return list(found.order_by("birth_on", "sex", "name", "address"))

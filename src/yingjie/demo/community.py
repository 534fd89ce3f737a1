"""What the offices of the demo county keep beside the ledger: units with their people, plans for single residents, a list pushed
from above and half checked, the villages' lists of those not vaccinated, a village's own count.

All of it goes through the product's own actions, by the people whose accounts the demo has; people are chosen by the order of their
birthdays, so that both roads into the database choose the same.
"""

from __future__ import annotations

import tempfile
from datetime import date, datetime, time, timedelta
from pathlib import Path
from uuid import UUID

from yingjie.areas.unit_actions import open_unit
from yingjie.demo import accounts
from yingjie.demo.documents import identity_number
from yingjie.demo.history import ZONE, Campaign
from yingjie.demo.population import Village
from yingjie.foundation import clock
from yingjie.foundation.tabular.writing import ColumnSpec, SheetSpec, write_xlsx
from yingjie.outreach import check_actions, checks, plan_actions, unvaccinated, unvaccinated_actions
from yingjie.outreach.checks import Narrowed as Lines
from yingjie.outreach.unvaccinated import Narrowed
from yingjie.oversight.balance import page as balance_of
from yingjie.oversight.balance_actions import report_figures
from yingjie.people.models import Person
from yingjie.people.unit_actions import employ_many

STAFF_AT_MOST = 300
# Name, kind, ages from and to, one of how many people of that age, their place there.
_UNITS = (
    ("中心小学", "school", 6, 12, 1, "学生"),
    ("中学", "school", 12, 15, 1, "学生"),
    ("幼儿园", "kindergarten", 3, 6, 1, "幼儿"),
    ("便民超市", "mall", 20, 55, 31, "员工"),
    ("卫生院", "hospital", 24, 58, 37, "职工"),
    ("养老服务中心", "nursing_home", 78, 105, 9, "老人"),
    ("农业合作社", "farm", 40, 65, 19, "社员"),
    ("工业园服装厂", "factory", 20, 50, 7, "工人"),
    ("安置房工地", "construction_site", 25, 58, 23, "工人"),
    ("快递服务站", "delivery", 20, 45, 41, "快递员"),
    ("农贸市场", "market", 25, 60, 29, "经营户"),
    ("停业旅社", "other", 30, 50, 97, "员工"),
)
_PLANS = (
    ("afraid", "担心接种后犯病，子女也不放心", ("doctor_talk", "family_talk"), "请家庭医生上门讲解", 2),
    ("sees_no_need", "很少出门，认为没必要", ("family_talk",), "请在外的女儿打电话劝说", 1),
    ("chronic_illness", "行动不便，需轮椅", ("transport", "doctor_talk"), "评估后安排车辆接送", 3),
    ("refuses", "多次上门不愿谈", ("leader_visit",), "包村领导走访", 0),
    ("family_objects", "家属不同意", ("family_talk", "doctor_talk"), "约家属一起听医生说明", 4),
)
_PUSHED = ("序号", "姓名", "公民身份号码", "联系电话", "现住址", "推送时间", "核查结果", "备注")


def leave(*, told: Campaign, now: datetime) -> None:
    """Write all of it; people, doses and visits stand in the database already."""
    _units(told)
    _plans(told, now)
    _pushed(told, now)
    _lists(told)


def _units(told: Campaign) -> None:
    """A dozen units in every township with people, in its first village, and who of the township is at each."""
    lead = accounts.actor(told, "county")
    first: dict[str, Village] = {}
    for village in told.county.villages:
        first.setdefault(village.town_code, village)
    with clock.at(datetime.combine(told.began_on, time(9), ZONE)):
        for town, village in sorted(first.items()):
            people = _people(town)
            taken: set[UUID] = set()
            for name, kind, youngest, eldest, one_of, position in _UNITS:
                unit = open_unit(
                    by=lead, area_code=village.code, name=village.town_said.removesuffix("镇") + name, kind=kind,
                    address=f"{village.town_said}{village.said}", opened_on=told.began_on,
                )  # fmt: skip
                fit = [
                    key for key, born in people if key not in taken and youngest <= _age(born, told) < eldest
                ]
                staff = fit[::one_of][:STAFF_AT_MOST]
                taken.update(staff)
                employ_many(
                    by=lead, unit_id=unit.pk, positions=dict.fromkeys(staff, position), from_on=told.began_on
                )


def _people(town_code: str) -> list[tuple[UUID, date]]:
    rows = Person.objects.unscoped("the demo county is all there is").filter(
        area__code__startswith=town_code, left_on__isnull=True
    )
    return list(rows.order_by("area_id", "birth_on", "sex", "name").values_list("pk", "birth_on"))


def _age(born: date, told: Campaign) -> int:
    return (told.county.today - born).days * 100 // 36525


def _plans(told: Campaign, now: datetime) -> None:
    """Five plans of the village's officer: one late, one begun, the others made yesterday."""
    officer, village = accounts.actor(told, "village"), accounts.nodes(told)["village"]
    yesterday = min(now, datetime.combine(told.county.today - timedelta(days=2), time(17), ZONE))
    with clock.at(yesterday):
        found = unvaccinated.rows(officer, Narrowed(area_code=village, dose=1), "-age", 0, 400)
    chosen = sorted(found, key=lambda row: (row.birth_on, row.name))[: 3 * len(_PLANS) : 3]
    for person, (reason, obstacles, measures, next_step, days) in zip(chosen, _PLANS, strict=False):
        with clock.at(yesterday):
            made = plan_actions.open_plan(
                by=officer, person_id=person.id, reason=reason, obstacles=obstacles, measures=measures, next_step=next_step,
                next_on=clock.today() + timedelta(days=days), goal=1,
            )  # fmt: skip
        if days == 3:
            with clock.at(yesterday + timedelta(hours=1)):
                plan_actions.change_plan(
                    by=officer,
                    plan_id=made.pk,
                    next_step=next_step,
                    next_on=made.next_on,
                    note="医生已看过，可以接种",
                )


def _pushed(told: Campaign, now: datetime) -> None:
    """A list of this morning for the township: its own people, one who is elsewhere, one under a wrong number; some checked."""
    lead, town = accounts.actor(told, "town"), accounts.nodes(told)["town"]
    officer = accounts.actor(told, "village")
    on = told.county.today
    own = accounts.nodes(told)["village"]
    villages = [village for village in told.county.villages if village.town_code == town]
    villages.sort(key=lambda village: (village.code != own, village.code))
    lines: list[tuple[str | date, ...]] = []
    for village in villages[:6]:
        home = next(iter(told.county.households_of(village)))
        for person in home.people[:2]:
            lines.append((person.name, person.identity_number, person.phone, person.address, on, "", ""))
    strange = identity_number(villages[0].ordinal, date(1971, 3, 5), male=True)
    lines.append(("周不详", strange, "", villages[-1].said, on, "", "轨迹交叉"))
    lines.append(("吴某", "", "", "详址不明", on, "", ""))
    sheet = SheetSpec(
        "推送名单", [ColumnSpec(label, kind="any") for label in _PUSHED], [(at, *line) for at, line in enumerate(lines, 1)],
        heading_lines=("需核查人员名单（演示数据）",),
    )  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="yingjie-demo-") as directory, clock.at(now):
        path = Path(directory) / "pushed.xlsx"
        write_xlsx(path, [sheet], created_at=now)
        made = check_actions.import_list(
            by=lead, area_code=town, path=path, file_name=f"需核查人员名单{on:%m%d}.xlsx", title=f"大数据推送{on:%m%d}",
            sender="区数据专班", due_at=now + timedelta(hours=6),
        )  # fmt: skip
        mine = checks.items(officer, Lines(list_id=str(made.pk)), "number")
        for row, finding in zip(mine[:2], ("in_area", "cannot_reach"), strict=False):
            check_actions.record_finding(by=officer, item_id=row.id, finding=finding)


def _lists(told: Campaign) -> None:
    """The township fed its villages' lists back on the last two days; one village counted by hand, and two fewer."""
    lead, nodes = accounts.actor(told, "town"), accounts.nodes(told)
    officer, yesterday = accounts.actor(told, "village"), told.county.today - timedelta(days=1)
    for back in (2, 1):
        with clock.at(datetime.combine(told.county.today - timedelta(days=back), time(18, 30), ZONE)):
            unvaccinated_actions.issue_unvaccinated(by=lead, area_code=nodes["town"])
    with clock.at(datetime.combine(yesterday, time(19), ZONE)):
        counted = balance_of(officer, nodes["village"], yesterday).total.balance
        figures = {"registered": counted.registered - 2, "declined": counted.terms.get("declined", 0)}
        report_figures(by=officer, area_code=nodes["village"], on=yesterday, figures=figures)

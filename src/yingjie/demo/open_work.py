"""What the offices of the demo county did and left undone: bulletins of the last days, the store's reserve, a roster to review.

All of it goes through the product's own actions, by the people whose accounts the demo has (`accounts`).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

from yingjie.demo import accounts, campaign_plan, community, mobilised, moves, supervision, timeline
from yingjie.demo.documents import identity_number, phone
from yingjie.demo.history import DAYS_BEFORE_TODAY, ZONE, Campaign
from yingjie.demo.names import NameMaker
from yingjie.demo.population import Village
from yingjie.demo.supply import PRODUCTS, lot_of, vial_code
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.tabular.writing import ColumnSpec, SheetSpec, write_xlsx
from yingjie.oversight.actions import issue
from yingjie.people.actions import propose_import
from yingjie.sites.queries import sites
from yingjie.stock.actions import receive
from yingjie.stock.receipts import Transport

BULLETIN_DAYS = 5
TOWN_BULLETIN_DAYS = 3
BULLETIN_HOUR = time(18)
SIGNED_BY, COPIED_TO = "王建国", "县卫生健康局、县疾控中心、各乡镇（街道）"
RESERVE_DOSES = 600
SPARE_DOSES = 240
# Serials of the spare vials: above whatever a lot's deliveries use.
_SPARE_SERIALS = 900_000
ROSTER_HOUSEHOLDS = 8
NEWCOMERS = 3
# Phones of those who are on the roster only: above every ordinal of a county's people.
_FIRST_NEW_PHONE = 990_000
_COLUMNS = (
    ColumnSpec("序号", kind="integer"), ColumnSpec("姓名"), ColumnSpec("性别"), ColumnSpec("公民身份号码", width=22),
    ColumnSpec("村（社区）"), ColumnSpec("家庭住址", width=30), ColumnSpec("联系电话", width=14), ColumnSpec("备注"),
)  # fmt: skip
Line = tuple[str, ...]


def leave(*, by: Actor, told: Campaign, now: datetime) -> None:
    """Write all of it; the campaign's facts stand in the database already. What bulletins count comes before them."""
    _reserve(by, told)
    community.leave(told=told, now=now)
    moves.leave(told=told, now=now)
    campaign_plan.leave(told=told)
    mobilised.name_groups(told)
    _bulletins(told)
    supervision.leave(told=told, bulletin_days=BULLETIN_DAYS)
    _roster(told, now)


def _reserve(by: Actor, told: Campaign) -> None:
    """Some of the newest lots in the county's store; and at the large site, with codes, so that a visitor has vials to scan."""
    places = {site.code: site.id for site in sites(by)}
    day = DAYS_BEFORE_TODAY - 2
    keeper = accounts.actor(told, "store")
    with clock.at(timeline.beginning(told) + timedelta(days=day, hours=4)):
        for number, product in enumerate(PRODUCTS):
            lot = lot_of(number, day, told.began_on)
            first = lot.first_serial + _SPARE_SERIALS
            way = Transport(Decimal("3.4"), Decimal("5.9"), 75, release_number=f"SP{lot.number}")
            codes = tuple(vial_code(product.code, serial) for serial in range(first, first + SPARE_DOSES))
            for site_code, doses, packs in (
                (timeline.store_of(told).code, RESERVE_DOSES, ()),
                (told.sites[0].code, SPARE_DOSES, codes),
            ):
                receive(
                    by=keeper, site_id=places[site_code], product_code=product.code, lot_number=lot.number,
                    expires_on=lot.expires_on, doses=doses, codes=packs, transport=way,
                )  # fmt: skip


def _bulletins(told: Campaign) -> None:
    """County and towns with people, at 18:00 of each of the last days: doses of the evenings come late into the next one."""
    county_lead = accounts.actor(told, "county")
    towns = sorted({village.town_code for village in told.county.villages})
    for back in range(BULLETIN_DAYS, 0, -1):
        on = told.county.today - timedelta(days=back)
        with clock.at(datetime.combine(on, BULLETIN_HOUR, ZONE)):
            for code in (*(towns if back <= TOWN_BULLETIN_DAYS else ()), told.county.code):
                issue(by=county_lead, area_code=code, on=on, signed_by=SIGNED_BY, copied_to=COPIED_TO)


def _roster(told: Campaign, now: datetime) -> None:
    """A village's check list of this week, proposed this morning, waiting for the township to look at it."""
    lead = accounts.actor(told, "town")
    code = accounts.nodes(told)["village"]
    village = next(each for each in told.county.villages if each.code == code)
    on = now.astimezone(ZONE).date()
    sheet = SheetSpec(
        "核对名册", _COLUMNS, list(_numbered(_lines(told, village, on))),
        heading_lines=(f"{village.said}常住人口核对名册（演示数据）",),
    )  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="yingjie-demo-") as directory:
        path = Path(directory) / "roster.xlsx"
        write_xlsx(path, [sheet], created_at=now)
        propose_import(
            by=lead, area_code=code, path=path, file_name=f"{village.said}{on.month}月核对名册.xlsx"
        )


def _numbered(lines: Iterator[Line]) -> Iterator[tuple[int | str, ...]]:
    for number, line in enumerate(lines, 1):
        yield (number, *line)


def _lines(told: Campaign, village: Village, on: date) -> Iterator[Line]:
    """Known people (one with another phone, one whose number a spreadsheet rounded), then who moved in."""
    homes = list(told.county.households_of(village))
    people = [person for home in homes[:ROSTER_HOUSEHOLDS] for person in home.people]
    for place, person in enumerate(people):
        number, phones, note = person.identity_number, person.phone, ""
        if place == 2:
            phones, note = phone(_FIRST_NEW_PHONE), "换号"
        if place == len(people) - 1:
            number = f"{int(number[:17]):.5E}"
        yield _line(person.name, person.sex, number, village.said, person.address, phones, note)
    taken = {(person.birth_on, person.sex) for home in homes for person in home.people}
    yield from _newcomers(told, village, on, taken, people[0].address)


def _newcomers(
    told: Campaign, village: Village, on: date, taken: set[tuple[date, str]], address: str
) -> Iterator[Line]:
    """People of whom the ledger knows nothing, under numbers that nobody has; the last came without a card."""
    rng = Random(f"{told.county.seed}:{village.code}:newcomers")
    names = NameMaker(rng, village.said, rural=village.rural)
    for nth in range(NEWCOMERS):
        sex = ("female", "male")[nth % 2]
        born = on - timedelta(days=365 * (24 + 9 * nth) + int(rng.random() * 365))
        while (born, sex) in taken:
            born -= timedelta(days=1)
        taken.add((born, sex))
        number = identity_number(village.ordinal, born, male=sex == "male")
        name = names.surname() + names.given(born.year, sex)
        yield _line(name, sex, number, village.said, address, phone(_FIRST_NEW_PHONE + 1 + nth), "新迁入")
    yield _line(
        names.surname() + names.given(1968, "male"), "male", "", village.said, address, "", "证件未带"
    )


def _line(name: str, sex: str, number: str, village: str, address: str, phones: str, note: str) -> Line:
    return (name, "男" if sex == "male" else "女", number, village, address, phones, note)

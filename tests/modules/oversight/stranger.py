"""A month of events by another hand than `replay`: whatever a county does in a month, drawn from a seed, through the actions.

Beside what `replay` plays: grids, people of a township without a village, newborns, arrivals, returns, records struck, days and
births corrected, whereabouts, conditions that end, visits, reports refused and opened again, five products with one, two and three
doses, doses at two sites recorded late, villages renamed and merged, units that close, two employments at once, campaigns with
phases whose targets are set by hand, the day's work of standings at night.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

from django.db import connection

from tests.modules.people.conftest import number
from yingjie.areas import actions as areas
from yingjie.areas import unit_actions
from yingjie.areas.models import Area
from yingjie.campaigns import actions as campaigns
from yingjie.doses import actions as doses
from yingjie.doses import claims
from yingjie.foundation import clock
from yingjie.foundation.access.actor import system
from yingjie.foundation.refusals import Refusal
from yingjie.outreach import actions as outreach
from yingjie.oversight import kept_steps
from yingjie.people import actions as people
from yingjie.people import circumstances, dynamics, reviews
from yingjie.people import unit_actions as staff
from yingjie.people.models import Doubt
from yingjie.sites import actions as sites
from yingjie.vaccines.actions import load_products, load_shipped

BY = system("stranger")
COUNTY = "110117"
TOWNS = {"001": "东镇", "002": "西镇", "003": "山乡"}
VILLAGES = {
    "001001": "一村",
    "001002": "二村",
    "001003": "三村",
    "002001": "四村",
    "002002": "五村",
    "003001": "六村",
}
PRODUCTS = ("BIBP-COVID19", "SINOVAC-CORONAVAC", "CANSINO-AD5", "ZHIFEI-CHO", "WIBP-COVID19")
GROUPS = ("teacher", "student", "courier", "medical")
LINES = ("education", "economy_trade", "")
OUTCOMES = (
    ("agreed", ""),
    ("refused", "afraid"),
    ("medical", "contraindication"),
    ("away", ""),
    ("not_met", ""),
    ("thinking", ""),
)


def rows(sql: str, *asked: object) -> list[dict[str, object]]:
    """The answer of a plain statement, as dicts."""
    with connection.cursor() as cursor:
        cursor.execute(sql, asked)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def at(day: date, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute, second), clock.CAMPAIGN_ZONE)


class Stranger:
    def __init__(self, rng: Random, day: date, people_at_first: int = 40) -> None:
        self.rng, self.entered, self.done, self.refused = rng, 0, Counter[str](), Counter[str]()
        with clock.at(at(day, 7)):
            load_products(by=BY)
            load_shipped(by=BY)
            for code, name, level in (
                ("11", "北京市", "province"), ("1101", "市辖区", "city"), (COUNTY, "平谷区", "county"),
                *((COUNTY + key, name, "town") for key, name in TOWNS.items()),
                *((COUNTY + key, name, "village") for key, name in VILLAGES.items()),
            ):  # fmt: skip
                parent = {2: 0, 4: 2, 6: 4, 9: 6, 12: 9}[len(code)]
                Area.objects.create(
                    code=code, name=name, level=level, parent_id=code[:parent] or None, pinyin=""
                )
            self.grids = [
                areas.add_local(by=BY, parent_code=COUNTY + "001001", name=name).code
                for name in ("甲格", "乙格")
            ]
            self.sites = [
                sites.open_site(
                    by=BY, code=f"S{nth}", name=name, kind="clinic", area_code=COUNTY + key, opened_on=day
                ).pk
                for nth, (key, name) in enumerate((("001", "东点"), ("002", "西点")))
            ]
            self.units = [
                unit_actions.open_unit(
                    by=BY, area_code=COUNTY + "001001", name=name, kind=kind, opened_on=day
                ).pk
                for name, kind in (("中学", "school"), ("工厂", "factory"), ("商店", "company"))
            ]
            for _ in range(people_at_first):
                self.born_anywhere(day)
        self.milestones: list[UUID] = []

    # --- choosing ---

    def places(self) -> list[str]:
        """Where somebody may live: the villages and grids that are open."""
        found = rows(
            "SELECT code FROM areas_area WHERE length(code) >= 12 AND closed_on IS NULL ORDER BY code"
        )
        return [str(row["code"]) for row in found]

    def one(self, where: str = "left_on IS NULL") -> UUID:
        return self.rng.choice(
            rows(f"SELECT id FROM people_person WHERE {where} ORDER BY name, birth_on, entered_at, area_id")
        )["id"]  # type: ignore[return-value]

    def back(self, most: int) -> date:
        return clock.today() - timedelta(days=self.rng.choice((0, 0, 1, self.rng.randint(0, most))))

    def dose_row(self, where: str = "true") -> dict[str, object]:
        return self.rng.choice(
            rows(
                f"SELECT * FROM doses_dose d WHERE voided_at IS NULL AND {where} ORDER BY recorded_at, given_on, number"
            )
        )

    def named(self) -> str:
        return "".join("零一二三四五六七八九"[int(digit)] for digit in f"{self.entered:03d}")

    # --- what happens ---

    def step(self, moment: datetime) -> None:
        names = list(VERBS)
        verb = self.rng.choices(names, [VERBS[name][0] for name in names])[0]
        with clock.at(moment):
            self.do(verb)

    def do(self, verb: str) -> None:
        try:
            VERBS[verb][1](self)
            self.done[verb] += 1
        except Refusal as refused:
            self.refused[f"{verb}: {refused.code}"] += 1
        except IndexError:
            self.refused[f"{verb}: nobody"] += 1

    def born_anywhere(self, day: date | None = None) -> None:
        today = day or clock.today()
        age = self.rng.choice((0, 2, 3, 11, 12, 15, 17, 18, 30, 45, 59, 60, 69, 70, 79, 80, 91))
        # Birthdays fall into the month, so that bands and the age offered change under one's hands.
        birth = date(today.year - age, today.month, 1) + timedelta(days=self.rng.randint(-20, 45))
        birth = min(birth, today)
        self.entered += 1
        people.register(
            by=BY, area_code=self.rng.choice(self.places()), name="人" + self.named(),
            number=number(self.entered, f"{birth:%Y%m%d}"), registered_on=today,
            moved_in_on=self.rng.choice((None, None, max(birth, today - timedelta(days=self.rng.randint(0, 9))))),
        )  # fmt: skip

    def newborn(self) -> None:
        self.entered += 1
        people.register(
            by=BY, area_code=self.rng.choice(self.places()), name="婴" + self.named(), without_document="newborn",
            birth_on=self.back(6), sex="female",
        )  # fmt: skip

    def move(self) -> None:
        dynamics.move(by=BY, person_id=self.one(), area_code=self.rng.choice(self.places()), on=self.back(9))

    def leave(self) -> None:
        verb = self.rng.choice((dynamics.leave, dynamics.record_death))
        verb(by=BY, person_id=self.one(), on=self.back(9))

    def bring_back(self) -> None:
        gone = self.one("left_on IS NOT NULL")
        dynamics.bring_back(
            by=BY, person_id=gone, on=self.back(3), area_code=self.rng.choice(("", *self.places()))
        )

    def strike(self) -> None:
        dynamics.strike(by=BY, person_id=self.one(), reason="误录入")

    def undo_change(self) -> None:
        dynamics.undo_change(by=BY, person_id=self.one("has_stays"))

    def correct_days(self) -> None:
        moved, left = self.rng.choice(((self.back(20), None), (None, None), (None, self.back(9))))
        dynamics.correct_days(
            by=BY, person_id=self.one("true"), moved_in_on=moved, left_on=left, reason="日期更正"
        )

    def correct_birth(self) -> None:
        who = self.one("name LIKE '婴%%'")
        dynamics.correct_birth(
            by=BY, person_id=who, birth_on=self.back(30) - timedelta(days=40), reason="出生日期更正"
        )

    def whereabouts(self) -> None:
        word = self.rng.choice(("here", "away", "nearby", "seasonal"))
        circumstances.set_whereabouts(by=BY, person_id=self.one(), word=word, on=self.back(5))

    def category(self) -> None:
        who, code = self.one(), self.rng.choice(GROUPS)
        days = self.rng.choice(
            (
                (None, None),
                (self.back(9), None),
                (None, clock.today() + timedelta(days=2)),
                (clock.today() + timedelta(days=1), None),
            )
        )
        try:
            circumstances.add_category(by=BY, person_id=who, code=code, from_on=days[0], until_on=days[1])
        except Refusal:
            circumstances.end_category(
                by=BY,
                person_id=who,
                code=code,
                until_on=self.rng.choice((None, clock.today() + timedelta(days=3))),
            )

    def condition(self) -> None:
        code = self.rng.choice(("pregnancy", "fever", "acute-illness", "allergy-to-component", "diabetes"))
        until = self.rng.choice((None, clock.today() + timedelta(days=self.rng.randint(1, 9))))
        circumstances.add_condition(
            by=BY, person_id=self.one(), code=code, from_on=self.back(4), until_on=until
        )

    def condition_ends(self) -> None:
        found = self.rng.choice(
            rows(
                "SELECT person_id, code FROM people_healthcondition WHERE until_on IS NULL ORDER BY recorded_at, code"
            )
        )
        circumstances.end_condition(by=BY, person_id=found["person_id"], code=str(found["code"]))  # type: ignore[arg-type]

    def employ(self) -> None:
        staff.employ(
            by=BY, person_id=self.one(), unit_id=self.rng.choice(self.units), from_on=self.back(6),
            main=self.rng.random() < 0.8,
        )  # fmt: skip

    def end_employment(self) -> None:
        found = self.rng.choice(
            rows(
                "SELECT person_id, unit_id FROM people_employment WHERE until_on IS NULL ORDER BY from_on, id"
            )
        )
        staff.end_employment(by=BY, person_id=found["person_id"], unit_id=found["unit_id"], on=self.back(3))  # type: ignore[arg-type]

    def unit_changes(self) -> None:
        unit_actions.change_unit(by=BY, unit_id=self.rng.choice(self.units), line=self.rng.choice(LINES))

    def unit_closes(self) -> None:
        unit_actions.close_unit(by=BY, unit_id=self.units[2], on=clock.today())

    def dose(self) -> None:
        who = self.one()
        mine = rows(
            "SELECT number, product_id FROM doses_dose WHERE person_id = %s AND voided_at IS NULL ORDER BY number",
            who,
        )
        product = (
            str(mine[0]["product_id"]) if mine and self.rng.random() < 0.8 else self.rng.choice(PRODUCTS)
        )
        given = clock.now() - timedelta(
            days=self.rng.choice((0, 0, 0, 0, 1, 4)), minutes=self.rng.randint(0, 300)
        )
        doses.record(
            by=BY, person_id=who, product_code=product, number=len(mine) + 1, given_at=given,
            site_id=self.rng.choice(self.sites), lot_number="L1", expires_on=date(2023, 1, 1), vial_code="", given_by="张",
        )  # fmt: skip

    def claim(self) -> None:
        who = self.one()
        mine = rows(
            "SELECT given_on FROM doses_dose WHERE person_id = %s AND voided_at IS NULL ORDER BY given_on",
            who,
        )
        first = mine[0]["given_on"] if mine else clock.today()
        told = claims.Told(
            self.rng.choice(PRODUCTS),
            self.rng.randint(1, 3),
            first - timedelta(days=self.rng.randint(1, 60)),
            "外地",
        )  # type: ignore[operator]
        claims.claim(by=BY, person_id=who, told=told)

    def decide_claim(self) -> None:
        found = self.rng.choice(rows("SELECT id, state FROM doses_doseclaim ORDER BY claimed_at"))
        if found["state"] == "claimed":
            if self.rng.random() < 0.75:
                claims.accept(by=BY, claim_id=found["id"], verified_by="platform")  # type: ignore[arg-type]
            else:
                claims.refuse(by=BY, claim_id=found["id"], reason="查无此记录")  # type: ignore[arg-type]
        else:
            claims.reopen(by=BY, claim_id=found["id"], reason="再次核实")  # type: ignore[arg-type]

    def void(self) -> None:
        row = self.dose_row()
        doses.correct(by=BY, person_id=row["person_id"], dose_id=row["id"], reason="记录有误")  # type: ignore[arg-type]

    def amend(self) -> None:
        row = self.dose_row()
        what = self.rng.choice(
            ({"given_on": row["given_on"] - timedelta(days=self.rng.randint(1, 5))}, {"given_on": clock.today()},  # type: ignore[operator]
             {"product_code": self.rng.choice(PRODUCTS)}, {"lot_number": "L2"})
        )  # fmt: skip
        doses.amend(by=BY, person_id=row["person_id"], dose_id=row["id"], reason="更正", **what)  # type: ignore[arg-type]

    def visit(self) -> None:
        outcome, reason = self.rng.choice(OUTCOMES)
        moment = clock.now() - timedelta(hours=self.rng.choice((0, 1, 30)))
        outreach.record_attempt(by=BY, person_id=self.one(), outcome=outcome, reason=reason, at=moment)

    def join(self) -> None:
        ids = {self.one(), self.one()}
        if len(ids) < 2:
            return
        one, other = sorted(ids)
        doubt = Doubt.objects.create(
            kind="pair", area_id=COUNTY, key=f"{clock.now():%d%H%M%S}-{self.done['join']}", person_id=one, other_id=other,
            found_at=clock.now(),
        )  # fmt: skip
        reviews.decide(by=BY, doubt_id=doubt.pk, answer="same")

    def part(self) -> None:
        found = rows("SELECT id FROM people_doubt WHERE state = 'same' ORDER BY decided_at DESC")
        reviews.undo_decision(by=BY, doubt_id=found[0]["id"])  # type: ignore[arg-type]

    def rename_area(self) -> None:
        code = self.rng.choice(
            rows("SELECT code FROM areas_area WHERE length(code) = 12 AND closed_on IS NULL ORDER BY code")
        )["code"]
        areas.rename(
            by=BY, code=str(code), name=f"新村{self.done['rename_area']}", on=clock.today(), reason="更名"
        )

    def merge_areas(self) -> None:
        found = rows(
            "SELECT code FROM areas_area WHERE length(code) = 12 AND closed_on IS NULL ORDER BY code"
        )
        if len(found) < 4:
            raise IndexError
        one, other = self.rng.sample([str(row["code"]) for row in found], 2)
        areas.merge(by=BY, code=one, into=other, on=clock.today(), reason="并村")

    def merge_grids(self) -> None:
        found = rows(
            "SELECT code FROM areas_area WHERE length(code) = 14 AND closed_on IS NULL ORDER BY code"
        )
        areas.merge(
            by=BY, code=str(found[0]["code"]), into=str(found[1]["code"]), on=clock.today(), reason="并格"
        )

    def fold(self) -> None:
        kept_steps.fold()

    def night(self) -> None:
        doses.follow_the_day(by=BY)

    def plan(self) -> None:
        today = clock.today()
        made = campaigns.plan(
            by=BY,
            title=f"行动{clock.now():%d%H%M%S}",
            area_code=COUNTY,
            starts_on=today,
            ends_on=today + timedelta(days=60),
        )
        for title, dose, age_from, age_until, category, present in (
            ("首针", 1, 18, None, "", False), ("老人第二针", 2, 60, 79, "", True), ("教职工", 1, 0, None, "teacher", False),
        ):  # fmt: skip
            phase = campaigns.add_phase(
                by=BY, campaign_id=made.pk, title=title, dose=dose, from_on=today, age_from=age_from, age_until=age_until,
                category=category, present_only=present,
            )  # fmt: skip
            stone = campaigns.set_milestone(
                by=BY,
                phase_id=phase.pk,
                on=today + timedelta(days=self.rng.randint(2, 40)),
                share=Decimal("0.8"),
            )
            try:
                campaigns.decompose(by=BY, milestone_id=stone.pk)
                campaigns.issue(by=BY, milestone_id=stone.pk)
            except Refusal:
                continue  # a group with nobody in it
            self.milestones.append(stone.pk)

    def by_hand(self) -> None:
        towns = rows("SELECT code FROM areas_area WHERE length(code) = 9 ORDER BY code")
        campaigns.set_by_hand(
            by=BY, milestone_id=self.rng.choice(self.milestones), area_code=str(self.rng.choice(towns)["code"]),
            target=self.rng.randint(0, 9), reason="调整",
        )  # fmt: skip


VERBS: dict[str, tuple[int, Callable[[Stranger], object]]] = {
    "dose": (30, Stranger.dose), "move": (8, Stranger.move), "leave": (4, Stranger.leave), "bring_back": (3, Stranger.bring_back),
    "strike": (1, Stranger.strike), "undo_change": (4, Stranger.undo_change), "correct_days": (3, Stranger.correct_days),
    "correct_birth": (2, Stranger.correct_birth), "newborn": (2, Stranger.newborn), "entered": (3, Stranger.born_anywhere),
    "whereabouts": (4, Stranger.whereabouts), "category": (6, Stranger.category), "condition": (4, Stranger.condition),
    "condition_ends": (2, Stranger.condition_ends), "employ": (6, Stranger.employ), "end_employment": (3, Stranger.end_employment),
    "unit_changes": (2, Stranger.unit_changes), "unit_closes": (1, Stranger.unit_closes), "claim": (8, Stranger.claim),
    "decide_claim": (9, Stranger.decide_claim), "void": (4, Stranger.void), "amend": (5, Stranger.amend),
    "visit": (6, Stranger.visit), "join": (3, Stranger.join), "part": (2, Stranger.part), "rename_area": (1, Stranger.rename_area),
    "merge_areas": (1, Stranger.merge_areas), "merge_grids": (1, Stranger.merge_grids), "fold": (6, Stranger.fold),
    "night": (1, Stranger.night), "plan": (1, Stranger.plan), "by_hand": (1, Stranger.by_hand),
}  # fmt: skip

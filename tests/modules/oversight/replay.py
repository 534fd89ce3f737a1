"""Days of a campaign from a seed, through the product's own actions: doses, late ones, corrections, moves dated back, deaths,
employments, groups, lines, two records that become one and two again, rosters that come and are taken out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from uuid import UUID

from tests.modules.oversight.tiny_county import COUNTY, FIRST, NORTH, SECOND, SOUTH, THIRD
from tests.modules.people.conftest import number, write
from yingjie.areas import unit_actions
from yingjie.doses import actions as doses
from yingjie.doses import claims
from yingjie.doses.models import Dose
from yingjie.foundation import clock
from yingjie.foundation.access.actor import system
from yingjie.people import actions as people
from yingjie.people import circumstances, dynamics, refusals, reviews
from yingjie.people import unit_actions as staff
from yingjie.people.models import Doubt, Employment, Person, PersonCategory, RosterImport
from yingjie.sites import actions as sites

ALL = "a replay looks at everything"
BY = system("replay")
VILLAGES = (FIRST, SECOND, THIRD, SOUTH)  # some stand in the township without a village
GROUPS = ("teacher", "student", "courier")
BORN = (
    date(2016, 5, 1), date(2003, 5, 24), date(1990, 7, 7), date(1961, 5, 29), date(1946, 1, 1), date(1935, 3, 3),
)  # fmt: skip
APART = timedelta(days=30)
"""Two doses of a course lie so far apart, so that each counts whatever order they are told in."""


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), clock.CAMPAIGN_ZONE)


class Replay:
    """`begin` a while before, then `step(moment)` as often as one likes: something happens, or nothing where it cannot."""

    def __init__(self, rng: Random, folder: Path, day: date) -> None:
        self.rng, self.folder = rng, folder
        with clock.at(at(day, 8)):
            self.site = sites.open_site(
                by=BY, code="S1", name="接种点", kind="clinic", area_code=NORTH, opened_on=day
            )
            self.units = [
                unit_actions.open_unit(by=BY, area_code=FIRST, name=name, kind=kind, opened_on=day)
                for name, kind in (("中学", "school"), ("工厂", "factory"))
            ]
            Person.objects.bulk_create(
                Person(
                    area_id=rng.choice(VILLAGES), name=f"某{nth}", pinyin="", sex="female", birth_on=rng.choice(BORN),
                    registered_on=day, source="replay", entered_at=clock.now(),
                )
                for nth in range(60)
            )  # fmt: skip
            for someone in self.everybody()[::4]:
                self._dose(someone.pk, 1)
        self.entered = 0
        self.happened: dict[str, int] = {}

    def step(self, moment: datetime, verb: str = "") -> str:
        """Something happens, `verb` where it is named. Returns what happened, "" where it could not."""
        chosen = verb or self.rng.choices(list(VERBS), [weight for weight, _do in VERBS.values()])[0]
        with clock.at(moment):
            try:
                done = VERBS[chosen][1](self)
            except (refusals.DecisionBuiltUpon, refusals.BuiltUpon, refusals.OutOfOrder, refusals.NothingNew):
                done = False  # what was built upon is not taken back, and days have their order
        if done:
            self.happened[chosen] = self.happened.get(chosen, 0) + 1
        return chosen if done else ""

    def everybody(self) -> list[Person]:
        return list(Person.objects.unscoped(ALL).order_by("name", "area_id", "birth_on"))

    def somebody(self) -> Person:
        return self.rng.choice([each for each in self.everybody() if each.left_on is None])

    def live(self, **narrowed: object) -> list[Dose]:
        rows = Dose.objects.unscoped(ALL).filter(voided_at__isnull=True, **narrowed)
        return list(rows.order_by("given_on", "person__name", "number"))

    def somebody_has_a_line(self) -> None:
        unit_actions.change_unit(by=BY, unit_id=self.units[0].pk, line="education")
        someone = Person.objects.unscoped(ALL).filter(left_on=None, employments=None).order_by("name").first()
        assert someone is not None
        staff.employ(by=BY, person_id=someone.pk, unit_id=self.units[0].pk, from_on=clock.today())

    # --- doses ---

    def dose(self) -> bool:
        """The next dose of somebody old enough whose last one lies far enough back."""
        today, someone = clock.today(), self.somebody()
        mine = self.live(person=someone)
        if len(mine) >= 2 or (mine and mine[-1].given_on + APART > today) or not _is_grown(someone, today):
            return False
        self._dose(someone.pk, len(mine) + 1)
        return True

    def _dose(self, person_id: UUID, number: int) -> None:
        doses.record(
            by=BY, person_id=person_id, product_code="BIBP-COVID19", number=number, given_at=clock.now(),
            site_id=self.site.pk, lot_number="L1", expires_on=date(2023, 1, 1), vial_code="", given_by="replay",
        )  # fmt: skip

    def late_dose(self) -> bool:
        """A dose of an earlier day comes on record, before the others of the same person or as the only one."""
        someone, mine = self.somebody(), []
        mine = self.live(person=someone)
        given_on = (mine[0].given_on - APART) if mine else clock.today() - timedelta(self.rng.randint(1, 5))
        if len(mine) >= 2 or not _is_grown(someone, given_on) or given_on < date(2021, 3, 25):
            return False
        told = claims.Told("BIBP-COVID19", len(mine) + 1, given_on, "外地")
        claim = claims.claim(by=BY, person_id=someone.pk, told=told)
        claims.accept(by=BY, claim_id=claim.pk, verified_by="platform")
        return True

    def dose_taken_back(self) -> bool:
        known = self.live(source="site")
        last = [
            row
            for row in known
            if all(o.given_on <= row.given_on for o in known if o.person_id == row.person_id)
        ]
        if not last:
            return False
        row = self.rng.choice(last)
        doses.correct(by=BY, person_id=row.person_id, dose_id=row.pk, reason="记录有误")
        return True

    def dose_amended(self) -> bool:
        """Given the day before, it turns out."""
        only = [row for row in self.live() if len(self.live(person=row.person_id)) == 1]
        if not only:
            return False
        row = self.rng.choice(only)
        day = row.given_on - timedelta(days=1)
        doses.amend(by=BY, person_id=row.person_id, dose_id=row.pk, reason="日期有误", given_on=day)
        return True

    # --- people ---

    def move(self) -> bool:
        someone = self.somebody()
        to = self.rng.choice([code for code in VILLAGES[:3] if code != someone.area_id])
        day = clock.today() - timedelta(days=self.rng.choice((0, 0, 2, 6)))
        dynamics.move(by=BY, person_id=someone.pk, area_code=to, on=day)
        return True

    def death(self) -> bool:
        day = clock.today() - timedelta(days=self.rng.choice((0, 3)))
        dynamics.record_death(by=BY, person_id=self.somebody().pk, on=day)
        return True

    def change_undone(self) -> bool:
        with_stays = [each for each in self.everybody() if each.has_stays]
        if not with_stays:
            return False
        try:
            dynamics.undo_change(by=BY, person_id=self.rng.choice(with_stays).pk)
        except refusals.NothingToUndo:
            return False
        return True

    def employed(self) -> bool:
        someone, unit = self.somebody(), self.rng.choice(self.units)
        there = Employment.objects.unscoped(ALL).filter(person=someone, unit=unit, until_on__isnull=True)
        if there.exists():
            staff.end_employment(by=BY, person_id=someone.pk, unit_id=unit.pk, on=clock.today())
        else:
            day = clock.today() - timedelta(days=self.rng.choice((0, 4)))
            staff.employ(by=BY, person_id=someone.pk, unit_id=unit.pk, from_on=day)
        return True

    def another_line(self) -> bool:
        unit = self.rng.choice(self.units)
        unit.refresh_from_db()
        line = self.rng.choice(
            [code for code in ("education", "economy_trade", "") if code != (unit.line_id or "")]
        )
        unit_actions.change_unit(by=BY, unit_id=unit.pk, line=line)
        return True

    def sorted_otherwise(self) -> bool:
        someone, code = self.somebody(), self.rng.choice(GROUPS)
        there = PersonCategory.objects.unscoped(ALL).filter(person=someone, code=code, until_on__isnull=True)
        if there.exists():
            circumstances.end_category(by=BY, person_id=someone.pk, code=code)
        else:
            circumstances.add_category(by=BY, person_id=someone.pk, code=code)
        return True

    def joined(self) -> bool:
        one, other = sorted(
            self.rng.sample([e for e in self.everybody() if e.left_on is None], 2), key=lambda e: e.name
        )
        days = [row.given_on for each in (one, other) for row in self.live(person=each)]
        if any(abs(a - b) < APART for a in days for b in days if a is not b):
            return False
        doubt = Doubt.objects.create(
            kind="pair", area_id=COUNTY, key=f"{one.pk}{other.pk}", person_id=one.pk, other_id=other.pk,
            found_at=clock.now(),
        )  # fmt: skip
        reviews.decide(by=BY, doubt_id=doubt.pk, answer="same")
        return True

    def parted(self) -> bool:
        doubt = Doubt.objects.unscoped(ALL).filter(state="same").order_by("-decided_at").first()
        if doubt is None:
            return False
        reviews.undo_decision(by=BY, doubt_id=doubt.pk)
        return True

    def roster(self) -> bool:
        """A roster with two new people, and one of the last roster in another village."""
        head = ["姓名", "身份证号", "村"]
        rows = [
            [f"新人{nth}", number(nth, "19700101"), "甲村"] for nth in range(self.entered, self.entered + 3)
        ]
        if self.entered:
            rows[0] = [f"新人{self.entered - 1}", number(self.entered - 1, "19700101"), "乙村"]
        file = write(self.folder / f"{self.entered}.xlsx", [head, *rows])
        found = people.propose_import(by=BY, area_code=NORTH, path=file, file_name="r.xlsx")
        people.commit_import(by=BY, import_id=found.pk)
        self.entered += 3
        return True

    def roster_taken_out(self) -> bool:
        found = RosterImport.objects.unscoped(ALL).filter(state="committed").order_by("-committed_at").first()
        if found is None:
            return False
        people.undo_import(by=BY, import_id=found.pk)
        return True


VERBS: dict[str, tuple[int, Callable[[Replay], bool]]] = {
    "dose": (10, Replay.dose), "late_dose": (4, Replay.late_dose), "dose_taken_back": (1, Replay.dose_taken_back),
    "dose_amended": (1, Replay.dose_amended), "move": (3, Replay.move), "death": (1, Replay.death),
    "change_undone": (1, Replay.change_undone), "employed": (3, Replay.employed), "another_line": (1, Replay.another_line),
    "sorted_otherwise": (3, Replay.sorted_otherwise), "joined": (1, Replay.joined), "parted": (1, Replay.parted),
    "roster": (1, Replay.roster), "roster_taken_out": (1, Replay.roster_taken_out),
}  # fmt: skip


def _is_grown(someone: Person, on: date) -> bool:
    return someone.birth_on <= on.replace(year=on.year - 18)

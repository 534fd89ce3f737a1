"""A clerk's random day: rosters, answers and their undoing in any order, by the seed. What is taken back leaves nothing behind,
what is refused changes nothing, and a roster that comes again brings nothing."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection, transaction

from tests.modules.people.conftest import EVERY, OTHER, TOWN, VILLAGE, actor, number, village_name, write
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.refusals import Refusal
from yingjie.people import actions, doubles, reviews
from yingjie.people.models import Doubt, Person

HEAD = ["姓名", "身份证号", "出生日期", "性别", "村", "住址", "电话"]
NAMES = ("王秀英", "王秀兰", "李建国", "李国建", "赵丽", "欧阳小红")
STEPS = int(os.environ.get("STORY_STEPS", "8"))
SEEDS = [int(seed) for seed in os.environ.get("STORY_SEEDS", "7").split(",")]
OWN = (
    "journal_",
    "procrastinate_",
    "oversight_touched",
    "people_rosterimport",
    "people_rosterpage",
    "people_rosterlayout",
)
"""Tables of what happened, not of what is known."""

ASKED = ("people_doubt", "people_ledgersource", "people_rosterrow")
"""What every commit writes of itself."""

Undo = tuple[str, Callable[[], object]]


class Day:
    """The dice, the ledger's people and what can still be taken back."""

    def __init__(self, seed: int, by: Actor, folder: Path) -> None:
        self.dice, self.by, self.folder = random.Random(seed), by, folder
        self.done: list[Undo] = []
        self.files = 0
        self.story: list[str] = []

    def tried(self, what: str, work: Callable[[], object]) -> bool:
        """Whether it was done; a refusal must change nothing."""
        before = everything()
        try:
            with transaction.atomic():
                work()
        except Refusal as refusal:
            self.story.append(f"{what}: refused, {refusal.code}")
            assert different(before, everything()) == [], self.story
            return False
        self.story.append(what)
        return True

    # ---- what is done for good

    def settle(self) -> None:
        for sequence in range(1, 9):
            actions.register(
                by=self.by, area_code=self.dice.choice((VILLAGE, OTHER)), name=self.dice.choice(NAMES),
                number=number(sequence, self.birth(sequence)), phones=[f"1990000{sequence % 5:04d}"], address=f"{sequence % 4}号",
                registered_on=clock.today() - timedelta(days=900),
            )  # fmt: skip
        for sequence in (2, 5):
            known = Person.objects.unscoped(EVERY).order_by("entered_at", "pk")[sequence]
            actions.register(
                by=self.by, area_code=known.area_id, name=known.name, without_document="unknown", birth_on=known.birth_on,
                sex=known.sex, address=known.address,
            )  # fmt: skip
        for _ in range(6):
            self.change_somebody()
        doubles.look_for_doubles(by=self.by, area_code=TOWN)

    def change_somebody(self) -> None:
        who = self.dice.choice(list(Person.objects.unscoped(EVERY).order_by("name", "birth_on", "pk"))).pk
        day = clock.today() - timedelta(days=self.dice.randrange(1, 300))
        verbs: dict[str, Callable[[], object]] = {
            "move": lambda: actions.move(
                by=self.by, person_id=who, area_code=self.dice.choice((VILLAGE, OTHER)), on=day
            ),
            "leave": lambda: actions.leave(by=self.by, person_id=who, on=day, reason="x"),
            "death": lambda: actions.record_death(by=self.by, person_id=who, on=day, reason="x"),
            "birth": lambda: actions.correct_birth(
                by=self.by, person_id=who, birth_on=date(1950, 1, 2), reason="x"
            ),
            "name": lambda: actions.change(by=self.by, person_id=who, name=self.dice.choice(NAMES)),
            "phones": lambda: actions.change(
                by=self.by, person_id=who, phones=[f"1990000{self.dice.randrange(9):04d}"]
            ),
            "back": lambda: actions.undo_change(by=self.by, person_id=who, reason="x"),
        }
        verb = self.dice.choice(sorted(verbs))
        self.tried(verb, verbs[verb])

    # ---- what can be taken back

    def bring_a_roster(self) -> None:
        self.files += 1
        rows = [self.row() for _ in range(self.dice.randrange(2, 9))]
        file = write(self.folder / f"{self.files}.xlsx", [HEAD, *rows])
        found: list[UUID] = []

        def load() -> None:
            roster = actions.propose_import(by=self.by, area_code=TOWN, path=file, file_name=file.name)
            actions.commit_import(by=self.by, import_id=roster.pk)
            found.append(roster.pk)

        if self.tried(f"roster {self.files}", load):
            self.done.append(
                (f"roster {self.files} back", lambda: actions.undo_import(by=self.by, import_id=found[0]))
            )
            for nth in range(2 if self.dice.random() < 0.5 else 0):
                before = everything()
                if self.tried(f"roster {self.files} again", load):
                    again = found[-1]
                    self.done.append(
                        ("again back", lambda again=again: actions.undo_import(by=self.by, import_id=again))
                    )
                # A line that nobody was like may find somebody whom another line of the file brought; then no more.
                rest = [each for each in different(before, everything()) if each[0] not in ASKED]
                assert rest == [] or nth == 0, (self.story, rest)

    def row(self) -> list[object]:
        sequence = self.dice.randrange(1, 14)
        birth = self.birth(sequence)
        card: str | None = number(sequence, birth)
        told: date | None = date.fromisoformat(birth)
        name = self.dice.choice(NAMES)
        known = Person.objects.unscoped(EVERY).filter(birth_on=told).order_by("pk").first()
        if known and self.dice.random() < 0.7:
            name = known.name
        roll = self.dice.random()
        if roll < 0.3:
            card = None
        elif roll < 0.4 and card:
            card = card[:9] + str((int(card[9]) + 1) % 10) + card[10:]
        elif roll < 0.5:
            card = number(sequence % 8 + 1, self.birth(sequence % 8 + 1))
        village = village_name(self.dice.choice((VILLAGE, OTHER)))
        told = told if self.dice.random() < 0.9 else None
        phone = self.dice.choice((None, f"1990000{sequence % 5:04d}", f"1990001{sequence:04d}"))
        return [
            name,
            card,
            told,
            "男" if sequence % 2 else "女",
            village,
            self.dice.choice((None, f"{sequence % 4}号")),
            phone,
        ]

    def answer(self) -> None:
        waiting = list(
            Doubt.objects.unscoped(EVERY).filter(state="open").order_by("kind", "number", "score", "pk")
        )
        if not waiting:
            return
        doubt, answer = self.dice.choice(waiting), self.dice.choice(("same", "other", "out", "later"))
        if answer == "later" or not self.tried(
            f"{doubt.kind} {answer}", lambda: reviews.decide(by=self.by, doubt_id=doubt.pk, answer=answer)
        ):
            return
        self.done.append(
            (
                f"{doubt.kind} {answer} back {doubt.pk}",
                lambda: reviews.undo_decision(by=self.by, doubt_id=doubt.pk),
            )
        )

    def take_back(self) -> bool:
        at = self.dice.randrange(len(self.done)) if self.done else None
        if at is None:
            return False
        what, undo = self.done[at]
        gone = what.startswith("line") and not self.is_asked(what)
        if gone or self.tried(what, undo):
            del self.done[at]
            return True
        return False

    @staticmethod
    def is_asked(what: str) -> bool:
        """Whether a question stands still: it goes with its roster, where it was only left out."""
        return Doubt.objects.unscoped(EVERY).filter(pk=what.split()[-1]).exists()

    @staticmethod
    def birth(sequence: int) -> str:
        return f"195{sequence % 3}010{sequence % 4 + 1}"


def everything() -> dict[str, list[tuple[str]]]:
    found = {}
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names(cursor):
            if not name.startswith(OWN):
                cursor.execute(f"SELECT (to_jsonb(t) - 'revision')::text FROM \"{name}\" t ORDER BY 1")
                found[name] = cursor.fetchall()
    return found


def different(
    one: dict[str, list[tuple[str]]], other: dict[str, list[tuple[str]]]
) -> list[tuple[str, object]]:
    return [(name, set(one[name]) ^ set(other[name])) for name in one if one[name] != other[name]]


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_taken_back_in_any_order_leaves_nothing(county: str, tmp_path: Path, seed: int) -> None:
    day = Day(seed, actor("town_lead", TOWN), tmp_path)
    day.settle()
    base = everything()
    for _ in range(STEPS):
        day.dice.choice((day.bring_a_roster, day.answer, day.answer, day.take_back))()
    tries = 0
    while day.done and tries < 200:
        tries += 1
        day.take_back()
    assert day.done == [], day.story
    assert different(base, everything()) == [], day.story
    for _ in range(STEPS // 2):  # and with things that are done for good in between
        day.dice.choice((day.bring_a_roster, day.answer, day.take_back, day.change_somebody))()

"""What a county's books say at this moment, counted row by row in plain Python over what SELECT fetches: nothing of the product
but its tables. `Book(on, reported_until)` reads everything once; the rest are sums."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from tests.modules.oversight.stranger import rows

GROUP = "COVID-19"
BANDS = (("0-2", 0), ("3-11", 3), ("12-17", 12), ("18-59", 18), ("60-69", 60), ("70-79", 70), ("80-", 80))
Sums = tuple[int, int, int]


def age(birth: date, on: date) -> int:
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def band(birth: date, on: date) -> str:
    return next(code for code, begins in reversed(BANDS) if age(birth, on) >= begins)


def holds(row: dict[str, Any], on: date, begins: str = "from_on", ends: str = "until_on") -> bool:
    return (row[begins] is None or row[begins] <= on) and (row[ends] is None or row[ends] > on)


class Book:
    """`youngest` is the age offered on the day, in years."""

    def __init__(self, on: date, reported: datetime | None, youngest: int) -> None:
        self.on, self.reported, self.youngest = on, reported, youngest
        stays = defaultdict(list)
        for row in rows("SELECT * FROM people_stay WHERE retracted_at IS NULL"):
            stays[row["person_id"]].append(row)
        self.lives: dict[Any, tuple[str, date]] = {}  # who counts today: where, born when
        self.home: dict[Any, str] = {}  # where everybody lived last
        self.people = {row["id"]: row for row in rows("SELECT * FROM people_person")}
        for key, row in self.people.items():
            if not row["has_stays"]:
                self.home[key] = row["area_id"]
                if row["birth_on"] <= on and holds(row, on, "moved_in_on", "left_on"):
                    self.lives[key] = row["area_id"], row["birth_on"]
                continue
            begun = [stay for stay in stays[key] if stay["from_on"] is None or stay["from_on"] <= on]
            if begun:
                self.home[key] = max(begun, key=lambda stay: stay["from_on"] or date.min)["area_id"]
            here = [stay for stay in begun if holds(stay, on) and stay["birth_on"] <= on]
            assert len(here) <= 1
            if here:
                self.lives[key] = here[0]["area_id"], here[0]["birth_on"]
        self.doses = rows('SELECT * FROM doses_dose WHERE voided_at IS NULL AND "group" = %s', GROUP)
        self.standing = {
            row["person_id"]: row for row in rows('SELECT * FROM doses_standing WHERE "group" = %s', GROUP)
        }
        self.first: dict[Any, date] = {}
        self.full: set[Any] = set()
        self.counted: dict[Any, list[dict[str, Any]]] = defaultdict(list)
        for dose in self.doses:
            key, counts_as = dose["person_id"], dose["counts_as"]
            if counts_as is None or dose["given_on"] > on:
                continue
            self.counted[key].append(dose)
            if counts_as == 1:
                self.first[key] = min(self.first.get(key, date.max), dose["given_on"])
            if counts_as == (self.standing.get(key) or {}).get("primary_number"):
                self.full.add(key)
        unit_line = {row["id"]: row["line_id"] for row in rows("SELECT id, line_id FROM areas_unit")}
        self.line: dict[Any, str] = {}
        jobs = rows("SELECT * FROM people_employment WHERE main ORDER BY from_on, id")
        for job in jobs:
            if holds(job, on):
                self.line[job["person_id"]] = unit_line[job["unit_id"]] or "none"
        self.categories = {
            (row["person_id"], row["code"])
            for row in rows("SELECT * FROM people_personcategory")
            if holds(row, on)
        }
        self.areas = rows(
            "SELECT code, level, parent_id FROM areas_area WHERE closed_on IS NULL ORDER BY code"
        )

    # --- people ---

    def grown(self, birth: date) -> bool:
        return age(birth, self.on) >= self.youngest

    def here(self, code: str) -> list[Any]:
        return [key for key, (area, _birth) in self.lives.items() if area.startswith(code)]

    def sums(self, keys: Iterable[Any]) -> Sums:
        mine = list(keys)
        return (
            sum(self.grown(self.lives[key][1]) for key in mine), sum(key in self.first for key in mine),
            sum(key in self.full for key in mine),
        )  # fmt: skip

    def recent(self, keys: Iterable[Any]) -> int:
        return sum(self.first.get(key, date.min) > self.on - timedelta(days=7) for key in keys)

    # --- a bulletin ---

    def line_of(self, code: str, numbers: tuple[int, ...]) -> dict[str, Any]:
        mine = self.here(code)
        people, first, full = self.sums(mine)
        given = [dose for dose in self.doses if self.home.get(dose["person_id"], "?").startswith(code)]
        late = [dose for dose in given if self.is_late(dose)]
        return {
            "people": people, "first_dose": first, "full_course": full, "recent": self.recent(mine), "late": len(late),
            "today": tuple(sum(d["number"] == n and d["given_on"] == self.on for d in given) for n in numbers),
            "to_date": tuple(sum(d["number"] == n for d in given) for n in numbers),
        }  # fmt: skip

    def is_late(self, dose: dict[str, Any]) -> bool:
        return (
            self.reported is not None and dose["given_on"] < self.on and dose["recorded_at"] > self.reported
        )

    def late_days(self, code: str) -> Counter[tuple[date, int]]:
        mine = [dose for dose in self.doses if self.home.get(dose["person_id"], "?").startswith(code)]
        return Counter((dose["given_on"], dose["number"]) for dose in mine if self.is_late(dose))

    def groups(self, code: str) -> dict[tuple[str, str], Sums]:
        mine = self.here(code)
        of: dict[tuple[str, str], list[Any]] = defaultdict(list)
        for key in mine:
            of["age", band(self.lives[key][1], self.on)].append(key)
            of["line", self.line.get(key, "none")].append(key)
        for key, category in self.categories:
            if key in self.lives and self.lives[key][0].startswith(code):
                of["category", category].append(key)
        return {name: sums for name, keys in of.items() if any(sums := self.sums(keys))}

    def below(self, code: str) -> list[str]:
        """The open areas one level below; the village itself."""
        return (
            [code]
            if len(code) == 12
            else [str(row["code"]) for row in self.areas if row["parent_id"] == code]
        )

    def villages(self, code: str) -> list[str]:
        return [
            str(row["code"])
            for row in self.areas
            if row["level"] == "village" and str(row["code"]).startswith(code)
        ]

    def bulletin(self, code: str, numbers: tuple[int, ...]) -> dict[str, Any]:
        return {
            "lines": {each: self.line_of(each, numbers) for each in self.below(code)},
            "annex": {each: self.line_of(each, numbers) for each in (self.villages(code) if len(code) == 6 else [])},
            "total": self.line_of(code, numbers), "late_days": dict(self.late_days(code)), "groups": self.groups(code),
        }  # fmt: skip

    # --- a free query ---

    def query(
        self, seen: Iterable[Any], row: str, column: str, since: date | None, only: dict[str, str]
    ) -> dict[str, Counter[Any]]:
        """Measure → (row, column) → figure, "" for no column."""
        found: dict[str, Counter[Any]] = defaultdict(Counter)
        for key in seen:
            area, birth = self.lives[key]
            groups = {code for person, code in self.categories if person == key}
            own = {
                "town": {area[:9]},
                "village": {area[:12]},
                "line": {self.line.get(key, "none")},
                "age": {band(birth, self.on)},
                "category": groups,
                "": {""},
            }
            if all(value in own[name] for name, value in only.items() if name in own):
                if row in own and column in own and not set(only) - set(own):
                    for r in own[row]:
                        for c in own[column]:
                            first, full = key in self.first, key in self.full
                            found["people"][r, c] += self.grown(birth)
                            found["first"][r, c] += first
                            found["full"][r, c] += full
                            found["left"][r, c] += self.grown(birth) and not first
                for dose in self.doses:
                    if dose["person_id"] != key or not (since or date.min) <= dose["given_on"] <= self.on:
                        continue
                    its = {
                        "dose": {str(dose["number"])},
                        "product": {dose["product_id"]},
                        "site": {str(dose["site_id"] or "")},
                        "day": {str(dose["given_on"])},
                        **own,
                    }
                    if all(value in its[name] for name, value in only.items()):
                        for r in its[row]:
                            for c in its[column]:
                                found["doses"][r, c] += 1
        return found

    # --- the pace, the balance ---

    def reached(self, code: str, phase: dict[str, Any]) -> list[date | None]:
        """Of everybody in a phase's group: the day on which its dose was had, None for whoever has not had it."""
        eldest = phase["age_until"] if phase["age_until"] is not None else 999
        mine = [
            key
            for key in self.here(code)
            if phase["age_from"] <= age(self.lives[key][1], self.on) <= eldest
            and (not phase["category"] or (key, phase["category"]) in self.categories)
            and (not phase["present_only"] or self.where(key) != "away")
        ]
        days = {
            key: [dose["given_on"] for dose in self.counted[key] if dose["counts_as"] >= phase["dose"]]
            for key in mine
        }
        return [min(days[key], default=None) for key in mine]

    def where(self, key: Any) -> str:
        found = str(self.people[key]["whereabouts"])
        for row in rows(
            "SELECT * FROM people_whereabouts WHERE retracted_at IS NULL AND person_id = %s ORDER BY from_on NULLS FIRST",
            key,
        ):
            found = str(row["word"]) if holds(row, self.on) else found
        return found

    def terms(self, code: str, goal: int, course: int, today_ends: datetime, zone: Any) -> Counter[str]:
        heard: dict[Any, dict[str, Any]] = {}
        for row in rows(
            "SELECT * FROM outreach_attempt WHERE outcome <> 'not_met' AND at < %s ORDER BY at, id",
            today_ends,
        ):
            heard[row["person_id"]] = row
        found: Counter[str] = Counter()
        for key in self.here(code):
            had, standing = self.counted[key], self.standing.get(key) or {}
            elsewhere = sum(dose["source"] == "elsewhere" for dose in had)
            last = max((dose["given_on"] for dose in had), default=None)
            word = heard.get(key)
            said = (
                ""
                if word is None or (last and word["at"].astimezone(zone).date() <= last)
                else word["outcome"]
            )
            if said == "medical" and word and word["reason"] == "contraindication":
                said = "contraindication"
            has_course = (
                bool(had) and standing.get("primary_on") is not None and standing["primary_on"] <= self.on
            )
            over = bool(had) and standing.get("completed_on") is not None and standing["completed_on"] <= last
            own_goal = max(goal, len(had) + 1) if goal == course and not has_course else goal
            done = len(had) >= own_goal or over or (goal <= course and has_course)
            if done and elsewhere == len(had):
                term = "elsewhere_proved"
            elif done:
                term = f"done_{len(had)}"
            elif not self.grown(self.lives[key][1]):
                term = "not_offered"
            elif standing.get("is_contraindicated") or said == "contraindication":
                term = "contraindicated"
            elif self.where(key) == "away" or said == "away":
                term = "away"
            elif (standing.get("deferred_until") or date.min) > self.on or said == "medical":
                term = "deferred"
            elif said == "refused":
                term = "declined"
            else:
                term = "to_do"
            found[term] += 1
        return found


def places(values: dict[str, Fraction | int]) -> dict[str, int]:
    """Competition places, highest first."""
    return {key: 1 + sum(other > value for other in values.values()) for key, value in values.items()}

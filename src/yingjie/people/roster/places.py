"""Where a line of a roster lies, by the words that people write: a village's name short, long, old or mistyped, with or without its
township, its group or its grid."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache

from yingjie.areas.queries import PlaceAnswer, PlaceBook
from yingjie.foundation.tabular.cells import label_key
from yingjie.people.roster import vocabulary
from yingjie.people.roster.reasons import Reason, reason

LONGEST_PLACE = 60
# A column of hundreds of unknown names holds no villages (somebody took the addresses for them): mistypes are not looked for then.
MOST_UNKNOWN_PLACES = 200


@dataclass
class Places:
    """Where the lines of one import may lie: the names inside its area, those of the county around it, the grids, and the words
    for county, city and province, which people write into the column of the township."""

    area_code: str
    area_name: str
    inside: PlaceBook
    around: PlaceBook
    grids: dict[str, dict[str, str]] = field(default_factory=dict)
    above: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        for row in self.inside.rows.values():
            if row.level == "grid":
                self.grids.setdefault(row.code[:12], {})[label_key(row.name)] = row.code

    def is_village(self, text: str) -> bool:
        """Whether a text names one village inside the area, for sure."""
        return self.inside.resolve(text, "village", mistypes=False).kind == "exact"

    def is_above(self, text: str) -> bool:
        """Whether a text names the county or what lies above it, and nothing else."""
        return "".join(text.split()) in self.above

    def beginning(self, text: str) -> list[str]:
        """Some villages inside the area whose names begin with a text."""
        if len(text) < 2:
            return []
        rows = (row for row in self.inside.rows.values() if row.level == "village")
        return sorted(row.code for row in rows if row.name.startswith(text))[:3]

    def said(self, code: str) -> str:
        """An area of the county in words: township and village."""
        known = [
            self.around.rows[code[:n]].name
            for n in (9, 12, 14)
            if n <= len(code) and code[:n] in self.around.rows
        ]
        return "".join(known)


class PlaceReader:
    """Reads the words of one import about places; each pair of township and village once."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._villages: dict[tuple[str, str], tuple[str | None, tuple[Reason, ...]]] = {}
        self._towns: dict[str, PlaceAnswer] = {}
        self._unknown_places = 0

    def area(self, town: str, village: str, grid: str, reasons: list[Reason]) -> str | None:
        """Where somebody lives, by the words of the line."""
        town, village = town[:LONGEST_PLACE], village[:LONGEST_PLACE]
        key = (town, village)
        if key not in self._villages:
            found: list[Reason] = []
            self._villages[key] = (self._village(town, village, found), tuple(found))
        code, said = self._villages[key]
        reasons.extend(said)
        if code is None or not grid:
            return code
        if len(code) > 12:
            return code
        known = self._places.grids.get(code, {}).get(label_key(grid))
        if known is None:
            reasons.append(reason("grid.unknown", text=grid))
        return known or code

    def _village(self, town: str, village: str, reasons: list[Reason]) -> str | None:
        places = self._places
        own = places.area_code if len(places.area_code) >= 12 else None
        if not village:
            if own is None:
                reasons.append(reason("village.missing"))
            return own
        answer = self._resolve(places.inside, town, village)
        if answer.area is None and (plain := vocabulary.simplified(village)) != village:
            town, village = vocabulary.simplified(town), plain
            answer = self._resolve(places.inside, town, village)
        if answer.area is None and (grouped := _village_and_group().match(village)):
            of_village = self._resolve(places.inside, town, grouped[1])
            if of_village.kind == "exact":
                reasons.append(reason("group.unread", text=grouped[2]))
                answer = of_village
        if answer.area is not None:
            return self._checked(town, answer.area.code, own, reasons)
        if answer.kind == "likely" and self._resolve(places.around, town, village).kind != "exact":
            said = [places.said(row.code) for row in answer.candidates[:3]]
            reasons.append(reason("village.likely", text=village, candidates=" / ".join(said)))
            return None
        return self._elsewhere(town, village, own, reasons)

    def _elsewhere(self, town: str, village: str, own: str | None, reasons: list[Reason]) -> str | None:
        """The name means nothing inside the import's area: does it mean another village of the county?"""
        places = self._places
        answer = self._resolve(places.around, town, village)
        self._unknown_places += 1
        if answer.area is not None:
            place = places.said(answer.area.code)
            reasons.append(reason("village.outside", text=village, place=place, area=places.area_name))
            return None
        if own is not None:
            reasons.append(reason("village.of_import", text=village))
            return own
        begins = places.beginning(village)
        if begins:
            said = " / ".join(map(places.said, begins))
            reasons.append(reason("village.likely", text=village, candidates=said))
        else:
            reasons.append(reason("village.unknown", text=village, area=places.area_name))
        return None

    def _resolve(self, book: PlaceBook, town: str, village: str) -> PlaceAnswer:
        """The village alone where that is certain; else with its township in front."""
        mistypes = self._unknown_places < MOST_UNKNOWN_PLACES
        alone = book.resolve(village, "village", mistypes=mistypes)
        if alone.kind == "exact" or not town:
            return alone
        together = book.resolve(town + village, "village", mistypes=mistypes)
        return together if together.kind == "exact" or alone.kind == "none" else alone

    def _checked(self, town: str, code: str, own: str | None, reasons: list[Reason]) -> str:
        """A township that is written beside the village must be the village's own; one that nobody knows is doubted as well."""
        if town and not self._is_of(town, code):
            reasons.append(reason("town.differs", text=town, place=self._places.said(code)))
        return own if own is not None and own.startswith(code) else code

    def _is_of(self, town: str, code: str) -> bool:
        """Whether the words of a township's column name, or may name, where the village lies: its township, county or itself."""
        if town not in self._towns:
            mistypes = self._unknown_places < MOST_UNKNOWN_PLACES
            answer = self._places.around.resolve(town, mistypes=mistypes)
            self._unknown_places += answer.kind == "none"
            self._towns[town] = answer
        answer = self._towns[town]
        if answer.area is not None:
            return code.startswith(answer.area.code) or answer.area.code.startswith(code)
        return any(code.startswith(row.code) for row in answer.candidates) or self._places.is_above(town)


@cache
def _village_and_group() -> re.Pattern[str]:
    """A village and the group in it, which no area is made for."""
    numerals = "".join(vocabulary.words("numeral"))
    groups = "|".join(map(re.escape, vocabulary.words("group")))
    return re.compile(rf"^(.*?\S)\s*[-—/]?\s*([{numerals}\d]{{1,4}}(?:{groups}))$")

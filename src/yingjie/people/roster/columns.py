"""Which column of a roster is which field: by its heading, and where that says nothing, by what stands in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from vaxkit.identity import Phone, ResidentNumber, check_phone, check_resident_number
from vaxkit.identity.cells import is_han
from vaxkit.identity.dates import parse_date
from vaxkit.identity.phones import PhoneKind
from yingjie.foundation.tabular.cells import Cell, as_text, label_key
from yingjie.people import refusals
from yingjie.people.roster import vocabulary

IGNORE = ""
IsVillage = Callable[[str], bool]
HEADINGS = vocabulary.headings()
TITLES = vocabulary.titles()
KNOWN_LABELS: tuple[str, ...] = (
    *(label for labels in HEADINGS.values() for label in labels),
    *vocabulary.words("other_heading"),
)
_FIELD_OF = {label_key(label): field for field, labels in HEADINGS.items() for label in labels}
_EITHER = re.compile(r"[/\uff0f\u3001]|\u6216")  # two headings in one cell, by a stroke or the word for "or"
_BY_CONTENT_ALONE = frozenset(("village", "sex"))
"""Fields that are guessed where a column has no heading at all: a heading that we do not know may say "formerly of"."""
_ONCE = frozenset(HEADINGS) - {"phone", "remark"}
_BY_CELLS = frozenset(("name", "number", "birth_on", "village"))
"""Of two columns with such a heading that counts whose cells look like the field: “ID” may be a running number."""


@dataclass(frozen=True)
class ColumnMap:
    """One field per column (IGNORE where it is none of ours), beside the headings as the file has them."""

    labels: tuple[str, ...]
    fields: tuple[str, ...]

    def places(self, field: str) -> list[int]:
        return [index for index, known in enumerate(self.fields) if known == field]

    def has(self, field: str) -> bool:
        return field in self.fields


def propose(
    labels: Sequence[str], sample: Sequence[Sequence[Cell]], on: date, is_village: IsVillage | None = None
) -> tuple[str, ...]:
    """A field for every column. `sample` are some lines of cells, `on` the day on which numbers are checked; `is_village` knows the
    villages of the area, so that a column without a heading can be one of them."""
    found = _by_heading(labels)
    for field in _ONCE:
        same = [place for place, known in enumerate(found) if known == field]
        if len(same) > 1:
            same.sort(key=lambda place: _rank(field, place, labels, sample, on, is_village))
        for index in same[1:]:
            found[index] = IGNORE
    if "name" not in found and "number" not in found:
        _heads(labels, found)
    for field in ("number", "phone", "village", "sex", "name"):
        # Short Chinese words alone make no roster: a name is guessed only beside a number.
        if field not in found and (field != "name" or "number" in found):
            _by_content(field, found, labels, sample, on, is_village)
    return tuple(found)


def _rank(
    field: str,
    place: int,
    labels: Sequence[str],
    sample: Sequence[Sequence[Cell]],
    on: date,
    is_village: IsVillage | None,
) -> tuple[bool, ...]:
    """Of several columns of one field the lowest counts: that of the line's own person, not under a heading of the head of the
    household; where somebody lives, not where they are registered; whose cells are of that kind; whose heading says just that."""
    label = labels[place]
    of_register = any(word in label_key(label) for word in vocabulary.words("of_register"))
    by_cells = field in _BY_CELLS and (field != "village" or is_village is not None)
    return (
        _is_of_somebody_else(label, whole=True),
        of_register,
        by_cells and not _mostly(field, place, sample, on, is_village),
        not any(_FIELD_OF.get(key) == field for key in _keys(label)),
    )


def heading_of(label: str) -> str:
    """What a heading says that is no field: "line" and "reason" stand in lines that were given back."""
    return vocabulary.words("other_heading").get(_last(label), "") or vocabulary.words("other_heading").get(
        label, ""
    )


def are_headings(cells: Sequence[Cell]) -> bool:
    """Whether most of some texts are headings of fields."""
    texts = [cell for cell in cells if isinstance(cell, str)]
    return bool(texts) and 2 * sum(any(key in _FIELD_OF for key in _keys(text)) for text in texts) >= len(
        texts
    )


def is_form(rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether rows are a form for one person: headings in several rows and columns, and beside each of them its answer."""
    fields: set[str] = set()
    at: set[tuple[int, int]] = set()
    for index, row in enumerate(rows):
        filled = [(place, str(cell)) for place, cell in enumerate(row) if cell is not None]
        known = [
            next((_FIELD_OF[key] for key in _keys(text) if key in _FIELD_OF), IGNORE) for _, text in filled
        ]
        for number, ((place, _text), field) in enumerate(zip(filled, known, strict=True)):
            if not field:
                continue
            if any(known[number + 1 : number + 2]):
                return False  # headings side by side are those of a list
            fields.add(field)
            at.add((index, place))
    return len(fields) > 3 and len({row for row, _ in at}) > 1 and len({place for _, place in at}) > 1


def begins_table(cells: Sequence[Cell], columns: ColumnMap) -> bool:
    """Whether a row names columns, and other ones than those that the table has."""
    labels = ["" if cell is None else str(cell) for cell in cells]
    if sum(map(bool, labels)) < 2 or not are_headings([label for label in labels if label]):
        return False
    found = propose(labels, [], date.max)
    if not {"name", "number"} & set(found) or sum(map(bool, found)) < 2:
        return False
    return any(field and columns.fields[at : at + 1] != (field,) for at, field in enumerate(found))


def lists_of_others(labels: Sequence[str], sample: Sequence[Sequence[Cell]], on: date) -> list[int]:
    """The columns that hold numbers of people under headings of which none speaks of the line's own person."""
    places = [at for at, label in enumerate(labels) if _is_of_somebody_else(label, whole=True)]
    return [at for at in places if _mostly("number", at, sample, on, None)]


def swapped(
    fields: Sequence[str], sample: Sequence[Sequence[Cell]], on: date, is_village: IsVillage | None = None
) -> tuple[int, int] | None:
    """Two columns each of which holds what belongs in the other, in most lines."""
    at = {field: fields.index(field) for field in ("name", "number", "phone", "village") if field in fields}
    for one, other in combinations(at, 2):
        crossed = ((one, at[other]), (other, at[one]))
        if all(_mostly(field, place, sample, on, is_village) for field, place in crossed):
            return at[one], at[other]
    return None


def override(
    labels: Sequence[str], fields: Sequence[str], wanted: Mapping[str, str] | None
) -> tuple[str, ...]:
    """The proposal with what somebody said instead: heading (or "#3" for the third column) → field ("" or "ignore": not imported).

    Raises UnknownColumn, UnknownField.
    """
    chosen = list(fields)
    for label, field in (wanted or {}).items():
        field = IGNORE if field in ("ignore", IGNORE) else field
        if field not in TITLES:
            raise refusals.UnknownField(field=field, known=", ".join(HEADINGS))
        index = _place_of(label, labels)
        if field in _ONCE:
            chosen = [IGNORE if known == field else known for known in chosen]
        chosen[index] = field
    return tuple(chosen)


def _place_of(label: str, labels: Sequence[str]) -> int:
    if label.startswith("#") and label[1:].isdigit() and 1 <= int(label[1:]) <= len(labels):
        return int(label[1:]) - 1
    for index, known in enumerate(labels):
        if label == known or label_key(label) in (label_key(known), _last(known)):
            return index
    raise refusals.UnknownColumn(label=label, labels=", ".join(filter(None, labels)))


def _last(label: str) -> str:
    """The innermost heading of a column whose heading has several rows."""
    return label_key(label.rsplit(" / ", 1)[-1])


def _keys(label: str) -> list[str]:
    """A heading as it stands, without its running number, and of one in two languages each by itself."""
    key = vocabulary.simplified(_last(label))
    bare = key.lstrip("0123456789")
    chinese = "".join(sign for sign in bare if is_han(sign))
    foreign = "".join(sign for sign in bare if not is_han(sign))
    return [key, bare, *([chinese, foreign] if chinese and foreign.isalpha() else [])]


def _by_heading(labels: Sequence[str]) -> list[str]:
    found = [next((_FIELD_OF[key] for key in _keys(label) if key in _FIELD_OF), IGNORE) for label in labels]
    for index, label in enumerate(labels):
        if any(word in label.casefold() for word in vocabulary.words("not_ours")):
            found[index] = IGNORE
        elif found[index] == IGNORE:
            found[index] = _by_part(label) or _by_either(label) or _by_beginning(label) or _by_leaving(label)
    return found


def _heads(labels: Sequence[str], found: list[str]) -> None:
    """A list of heads of households alone: what its headings say of the head is said of the line's person."""
    heads = [word for word, meaning in vocabulary.words("role").items() if meaning == "head"]
    of_others = [at for at, label in enumerate(labels) if _is_of_somebody_else(label)]
    if not all(_last(labels[at]).startswith(tuple(heads)) for at in of_others):
        return
    for at in of_others:
        bare = next(
            _last(labels[at]).removeprefix(word) for word in heads if _last(labels[at]).startswith(word)
        )
        field = _FIELD_OF.get(bare) or _by_part(bare)
        if found[at] == IGNORE and field and (field not in _ONCE or field not in found):
            found[at] = field


def second_people(
    labels: Sequence[str], fields: Sequence[str], sample: Sequence[Sequence[Cell]], on: date
) -> list[int]:
    """The columns whose headings and cells say that lines speak of another person as well: two lists side by side, a couple in a
    line. With them the column of the line's own person; empty where there are none."""
    if "number" not in fields:
        return _second_names(labels, fields, sample)
    own = fields.index("number")
    others = [
        place
        for place, field in enumerate(_by_heading(labels))
        if field == "number" and place != own and not _is_of_somebody_else(labels[place], whole=True)
    ]
    found = [place for place in others if any(_is_another(line, own, place, on) for line in sample)]
    partners = [
        at for at, label in enumerate(labels) if at != own and _names_number(label) and _is_of_partner(label)
    ]
    # Where husband and wife have a line each, the number beside is one of another line.
    found += [at for at in partners if 2 * len(_missing(sample, own, at, on)) > len(_numbers(sample, at, on))]
    return sorted({own, *found}) if found else []


def _second_names(
    labels: Sequence[str], fields: Sequence[str], sample: Sequence[Sequence[Cell]]
) -> list[int]:
    """Columns of names with the same heading, both filled with different names."""
    if "name" not in fields:
        return []
    own = fields.index("name")
    alike = [
        at for at, label in enumerate(labels) if at != own and label and _last(label) == _last(labels[own])
    ]
    return sorted([own, *(at for at in alike if _hold_two(sample, own, at))]) if any(
        _hold_two(sample, own, at) for at in alike
    ) else []  # fmt: skip


def _hold_two(sample: Sequence[Sequence[Cell]], own: int, other: int) -> bool:
    pairs = [(line[own], line[other]) for line in sample if max(own, other) < len(line)]
    return any(one and two and isinstance(two, str) and one != two for one, two in pairs)


def _names_number(label: str) -> bool:
    return any(part in _last(label) for part, field in vocabulary.words("part").items() if field == "number")


def _is_of_partner(label: str) -> bool:
    return any(word in label_key(label) for word in vocabulary.words("partner"))


def _numbers(sample: Sequence[Sequence[Cell]], place: int, on: date) -> set[str]:
    read = (check_resident_number(line[place], on=on) for line in sample if place < len(line))
    return {number.number for number in read if isinstance(number, ResidentNumber)}


def _missing(sample: Sequence[Sequence[Cell]], own: int, other: int, on: date) -> set[str]:
    return _numbers(sample, other, on) - _numbers(sample, own, on)


def _is_another(line: Sequence[Cell], own: int, other: int, on: date) -> bool:
    if max(own, other) >= len(line):
        return False
    one, two = (check_resident_number(line[place], on=on) for place in (own, other))
    return isinstance(one, ResidentNumber) and isinstance(two, ResidentNumber) and one.number != two.number


def _is_of_somebody_else(label: str, *, whole: bool = False) -> bool:
    """Whether a heading speaks of the head of the household, a guardian, the grid worker: not of the line's own person. `whole`
    looks at the headings above it too."""
    key = label_key(label) if whole else _last(label)
    return any(word in key for word in vocabulary.words("somebody_else"))


def _by_part(label: str) -> str:
    key = vocabulary.simplified(_last(label))
    if _is_of_somebody_else(label):
        return IGNORE
    parts = vocabulary.words("part").items()
    return next((field for part, field in parts if part in key and not _is_barred(field, key)), IGNORE)


def _is_barred(field: str, key: str) -> bool:
    """Whether a heading speaks of something about the field: the address on the card, the kind of phone, the place of birth."""
    return any(
        word.removeprefix(f"{field}:") in key
        for word in vocabulary.words("part_not")
        if word.startswith(f"{field}:")
    )


def _by_beginning(label: str) -> str:
    """ "所在村（社区） 下拉选择": a heading and, behind a gap or a line's end, how to fill it in."""
    own = label.rsplit(" / ", 1)[-1]
    first, _, rest = own.partition(" ")
    key = label_key(first)
    field = _FIELD_OF.get(vocabulary.simplified(key), IGNORE) if rest and len(key) > 1 else IGNORE
    return IGNORE if _is_of_somebody_else(label) or _is_barred(field, _last(label)) else field


def _by_leaving(label: str) -> str:
    """ "是否死亡", "迁出时间": whoever has something there may not belong in the ledger."""
    return "remark" if tells_of_leaving(label) and not _is_of_somebody_else(label) else IGNORE


def tells_of_leaving(label: str) -> bool:
    """Whether a heading asks if, or when, somebody died or moved away."""
    return any(word in _last(label) for word in vocabulary.words("gone_heading"))


def _by_either(label: str) -> str:
    """ "Village/Community", "住址或地址": two headings of the same field in one."""
    said = {_FIELD_OF.get(label_key(part), IGNORE) for part in _EITHER.split(label.rsplit(" / ", 1)[-1])}
    return said.pop() if len(said) == 1 else IGNORE


def _by_content(
    field: str,
    found: list[str],
    labels: Sequence[str],
    sample: Sequence[Sequence[Cell]],
    on: date,
    is_village: IsVillage | None,
) -> None:
    """Give the field to the first free column of which most filled cells look like it."""
    for index, known in enumerate(found):
        if (
            known != IGNORE
            or _is_of_somebody_else(labels[index])
            or (field in _BY_CONTENT_ALONE and labels[index])
        ):
            continue
        if _mostly(field, index, sample, on, is_village):
            found[index] = field
            return


def _mostly(
    field: str, place: int, sample: Sequence[Sequence[Cell]], on: date, is_village: IsVillage | None
) -> bool:
    cells = [line[place] for line in sample if place < len(line) and line[place] is not None]
    hits = sum(_looks_like(field, cell, on, is_village) for cell in cells)
    return bool(cells) and hits * 10 >= len(cells) * 6


def _looks_like(field: str, cell: Cell, on: date, is_village: IsVillage | None) -> bool:
    if field == "village":
        return isinstance(cell, str) and is_village is not None and is_village(cell)
    if field == "sex":
        return isinstance(cell, str) and cell.casefold() in vocabulary.words("sex") and not cell.isdigit()
    if field == "number":
        return isinstance(check_resident_number(cell, on=on), ResidentNumber)
    if field == "phone":
        # A day in figures has as many as a landline.
        found = check_phone(cell) if isinstance(cell, str | int) else None
        return isinstance(found, Phone) and found.kind is PhoneKind.MOBILE
    if field == "birth_on":
        # A month or a day by itself is the number of a day too, of the first days of 1900.
        return isinstance(parse_date(cell), date) and len(as_text(cell)) > 4
    return (
        isinstance(cell, str)
        and 2 <= len(cell) <= 4
        and all(is_han(sign) for sign in cell)
        and _is_name(cell)
    )


def _is_name(text: str) -> bool:
    return not text.endswith(tuple(vocabulary.words("place_ending")))

"""Which document a line names, and its number in its normal form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from vaxkit.identity import ResidentNumber, check_resident_number
from vaxkit.identity.documents import is_no_number, number_within
from vaxkit.identity.kinds import DocumentKind, check_document, kind_of
from vaxkit.identity.problems import problem
from vaxkit.vocabulary import Problem, Sex, Text
from yingjie.foundation.tabular.cells import Cell
from yingjie.people.roster import vocabulary


@dataclass(frozen=True, slots=True)
class Document:
    """A number that passed the check of its kind; birth date and sex where the number says them. `beside` is what else stood in
    its cell, `kind_unread` what the line calls it where that is none of the known kinds."""

    number: str
    kind: str
    born_on: date | None = None
    sex: str = ""
    upgraded: bool = False
    beside: str = ""
    kind_unread: str = ""


def read(cell: Cell, kind_written: str, on: date) -> Document | Problem:
    """The document of a line. `kind_written` is what the line calls it; without it only a number that looks like nothing else
    is taken for another kind. Problem document.kind_unknown: a kind that is none of ours, without a resident number."""
    called = "".join(kind_written.split())
    named = vocabulary.words("document_kind").get(called)
    if is_no_number(cell) and not isinstance(cell, bool):
        return problem("id.missing")
    if named:
        found_as = _of_kind(cell, DocumentKind(named), on)
        if isinstance(found_as, Problem) and named == DocumentKind.FOREIGN_RESIDENCE:
            older = _of_kind(cell, DocumentKind.FOREIGN_RESIDENCE_OLD, on)
            return found_as if isinstance(older, Problem) else older
        return found_as
    found = check_resident_number(cell, on=on)
    unread = "" if called in vocabulary.words("resident_card") or is_no_number(called) else called
    kinds = kind_of(cell, on=on) if isinstance(cell, str | int) else ()
    if kinds and kinds[0] in _PLAIN_SHAPES:
        return _of_kind(cell, kinds[0], on)
    if isinstance(found, ResidentNumber):
        return _resident(found, kind_unread=unread)
    if unread:
        return problem("document.kind_unknown")
    if found.code in ("id.characters", "id.float", "id.length") and (within := number_within(cell, on=on)):
        return _resident(within[0], beside=within[1] or "…")
    return found


def _resident(found: ResidentNumber, beside: str = "", kind_unread: str = "") -> Document:
    return Document(
        found.number, "resident_card", found.born_on, found.sex.value, found.upgraded, beside, kind_unread
    )


def kinds_said() -> Text:
    """The kinds that can be read, in words."""
    kinds = [kind.text for kind in DocumentKind]
    return Text("、".join(kind.zh for kind in kinds), ", ".join(kind.en for kind in kinds))


_PLAIN_SHAPES = (
    DocumentKind.HK_MACAO_TAIWAN_RESIDENCE, DocumentKind.FOREIGN_RESIDENCE, DocumentKind.FOREIGN_RESIDENCE_OLD,
    DocumentKind.HK_MACAO_PERMIT,
)  # fmt: skip
"""Kinds that nothing else looks like; eight digits may be many things, and five almost anything."""


def _of_kind(cell: Cell, kind: DocumentKind, on: date) -> Document | Problem:
    found = check_document(cell, kind, on=on)
    if isinstance(found, Problem):
        return found
    sex = "" if found.sex is Sex.UNKNOWN else found.sex.value
    return Document(found.number, kind.value, found.born_on, sex, found.upgraded)

"""Rosters that are taken back, given back, foreign, or made to do harm."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from tests.modules.people.conftest import (
    COUNTY,
    EVERY,
    OTHER,
    OTHER_TOWN,
    TOWN,
    VILLAGE,
    Register,
    actor,
    number,
    village_name,
)
from tests.modules.people.test_imports import HEAD, counts, fates, line, people, propose, refused
from yingjie.areas import queries as areas
from yingjie.areas.divisions import PlaceIndex
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.journal.models import Entry
from yingjie.foundation.refusals import NotAllowed, NotFound
from yingjie.people import actions, queries, refusals, roster_queries
from yingjie.people.models import DocumentKey, Person, Phone, RosterImport, RosterPage

# --- back and away ---------------------------------------------------------------------------------


def test_states_allow_each_step_once(lead: Actor, tmp_path: Path) -> None:
    first = propose(lead, tmp_path, [line(1)])
    actions.commit_import(by=lead, import_id=first.pk)
    for verb in (actions.commit_import, actions.discard_import):
        error = refused(refusals.ImportNotOpen, verb, by=lead, import_id=first.pk)
        assert error.code == "people.import_not_open"
    second = propose(lead, tmp_path, [line(2)])
    refused(refusals.ImportNotOpen, actions.undo_import, by=lead, import_id=second.pk)
    actions.discard_import(by=lead, import_id=second.pk)
    assert RosterPage.objects.unscoped(EVERY).filter(roster=second).count() == 0
    refused(refusals.ImportNotOpen, actions.commit_import, by=lead, import_id=second.pk)


def test_undo_takes_back_everything(register: Register, lead: Actor, tmp_path: Path) -> None:
    register(1, name="王瑛", address="旧址", phones=("19900009999",))
    phones = list(Phone.objects.unscoped(EVERY).values_list("pk", "order"))
    before, keys = people(), list(DocumentKey.objects.values_list())
    roster = propose(lead, tmp_path, [line(1), line(2), line(3)])
    assert roster.counts == counts(new=2, changed=1)
    actions.commit_import(by=lead, import_id=roster.pk)
    assert people() != before
    actions.undo_import(by=lead, import_id=roster.pk)
    assert (people(), list(DocumentKey.objects.values_list())) == (before, keys)
    assert list(Phone.objects.unscoped(EVERY).values_list("pk", "order")) == phones
    refused(refusals.ImportNotOpen, actions.undo_import, by=lead, import_id=roster.pk)


@pytest.mark.parametrize("built", ["attempt", "change", "move", "leave"])
def test_undo_is_refused_once_something_was_built_on_it(lead: Actor, tmp_path: Path, built: str) -> None:
    roster = propose(lead, tmp_path, [line(1), line(2)])
    actions.commit_import(by=lead, import_id=roster.pk)
    person = queries.find_by_number(lead, number(1))
    assert person is not None
    if built == "attempt":
        from yingjie.outreach.models import Attempt

        Attempt.objects.create(person_id=person.id, at=clock.now(), by="t", outcome="agreed")
    elif built == "change":
        actions.change(by=lead, person_id=person.id, address="新址")
    elif built == "move":
        actions.move(by=lead, person_id=person.id, area_code=OTHER)
    else:
        actions.leave(by=lead, person_id=person.id, on=clock.today(), reason="")
    error = refused(refusals.BuiltUpon, actions.undo_import, by=lead, import_id=roster.pk)
    assert error.facts == {"count": 1}


def test_bad_lines_go_back_with_their_reasons(lead: Actor, tmp_path: Path) -> None:
    rows = [
        line(1),
        line(2, 身份证号="12345", 住址="=1+1"),
        line(3, 身份证号=None),
        line(4, 身份证号=1.1010119500101e17),
    ]
    roster = propose(lead, tmp_path, rows)
    content = actions.bad_rows_file(lead, roster.pk)
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert sheet[0][1:-1] == HEAD
    assert [row[0] for row in sheet[1:]] == [3, 4, 5]
    assert sheet[1][3] == "12345"
    assert sheet[1][7] == "=1+1"
    assert "18位" in sheet[1][-1]
    assert Entry.objects.get(verb="people.take_back_lines").facts == {"lines": 3}
    file = tmp_path / "back.xlsx"
    file.write_bytes(content)
    again = actions.propose_import(by=lead, area_code=TOWN, path=file, file_name="back.xlsx")
    fields = ["", "", "name", "number", "sex", "birth_on", "village", "address", "phone", ""]
    assert list(again.mapping["fields"]) == fields


def test_review_shows_no_number_and_no_phone(lead: Actor, tmp_path: Path) -> None:
    roster = propose(lead, tmp_path, [line(1, 住址=number(3))])
    shown = roster_queries.lines(lead, roster.pk)
    assert number(1) not in repr(shown)
    assert number(3) not in repr(shown)
    assert "19900000001" not in repr(shown)
    assert roster_queries.waiting(lead) == 1


def test_village_that_was_merged_between_review_and_commit(lead: Actor, tmp_path: Path) -> None:
    from yingjie.areas.actions import merge

    roster = propose(lead, tmp_path, [line(1)])
    merge(by=actor("county_lead", COUNTY), code=VILLAGE, into=OTHER, on=clock.today(), reason="")
    actions.commit_import(by=lead, import_id=roster.pk)
    assert queries.find_by_number(lead, number(1)).area_code == OTHER  # type: ignore[union-attr]


def test_number_that_came_into_the_ledger_during_the_review(
    register: Register, lead: Actor, tmp_path: Path
) -> None:
    roster = propose(lead, tmp_path, [line(1), line(2), line(3)])
    register(1, name="王英", address="1号", phones=("19900000001",))
    register(2, name="李大同")
    assert actions.commit_import(by=lead, import_id=roster.pk) == counts(new=1, same=1, doubtful=1)
    assert Person.objects.unscoped(EVERY).count() == 3


# --- whose business it is --------------------------------------------------------------------------


def test_foreign_rosters_are_not_found(lead: Actor, tmp_path: Path) -> None:
    roster = propose(lead, tmp_path, [line(1)])
    stranger = actor("town_lead", OTHER_TOWN)
    file = tmp_path / "roster.xlsx"
    refused(NotFound, actions.propose_import, by=stranger, area_code=TOWN, path=file, file_name="r")
    refused(NotFound, actions.propose_import, by=stranger, area_code=COUNTY, path=file, file_name="r")
    for verb in (actions.commit_import, actions.discard_import, actions.undo_import):
        refused(NotFound, verb, by=stranger, import_id=roster.pk)
    with pytest.raises(NotFound):
        roster_queries.roster_import(stranger, roster.pk)
    with pytest.raises(NotFound):
        actions.bad_rows_file(stranger, roster.pk)
    assert roster_queries.lines(lead, roster.pk)[0].number == 2
    refused(NotAllowed, actions.commit_import, by=actor("village_officer", TOWN), import_id=roster.pk)


def test_roster_of_the_neighbours_loads_nobody(lead: Actor, tmp_path: Path) -> None:
    """A clerk who uploads the next township's roster into their own gets every line back."""
    clerk = actor("town_lead", OTHER_TOWN)
    own = {row.name for row in areas.villages_under(clerk, OTHER_TOWN)}
    village = next(row for row in areas.villages_under(lead, TOWN)
                   if row.name not in own and areas.resolve(clerk, row.name, OTHER_TOWN).kind == "none")  # fmt: skip
    roster = propose(clerk, tmp_path, [line(n, 村=village.name) for n in (1, 2, 3)], area=OTHER_TOWN)
    assert roster.counts == counts(refused=3)
    assert {codes[0] for _n, _fate, codes in fates(roster)} == {"village.outside"}


# --- files made to do harm -------------------------------------------------------------------------


def test_hostile_cells_harm_nothing(lead: Actor, tmp_path: Path) -> None:
    long = "王" * 32_000
    rows = [
        line(1, 姓名="=cmd|'/c calc'!A0"),
        line(2, 姓名=long),
        line(3, 村=long),
        line(4, 住址=long),
        line(5, 联系电话="1" * 30_000),
        line(6, 住址="<script>alert(1)</script>"),
        line(7, 身份证号="'; DROP TABLE people_person; --"),
    ]
    roster = propose(lead, tmp_path, rows)
    assert [fate for _n, fate, _codes in fates(roster)] == [
        "refused", "refused", "refused", "doubtful", "new", "new", "refused",
    ]  # fmt: skip
    actions.commit_import(by=lead, import_id=roster.pk)
    assert actions.bad_rows_file(lead, roster.pk)[:2] == b"PK"


def test_column_of_thousands_of_unknown_villages_is_read_in_seconds(
    lead: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody took the addresses for the villages: the search for mistyped names gives up after the first few."""
    searched: list[str] = []
    near = PlaceIndex._near
    monkeypatch.setattr(
        PlaceIndex, "_near", lambda self, text, level: searched.append(text) or near(self, text, level)
    )
    monkeypatch.setattr("yingjie.people.roster.places.MOST_UNKNOWN_PLACES", 5)
    rows = [line(n, 村=f"无名{n:03d}号院") for n in range(1, 40)]
    roster = propose(lead, tmp_path, [*rows, line(40)])
    assert roster.counts == counts(refused=39, new=1)
    assert len(searched) == 10  # five names, in the township and in the county


def test_csv_with_cells_of_100_000_characters(lead: Actor, tmp_path: Path) -> None:
    """Longer than any spreadsheet's cell: the file is refused whole, with its reason, and nothing is kept of it."""
    file = tmp_path / "r.csv"
    file.write_text(f"姓名,身份证号,村\n{'字' * 100_000},{number(1)},{village_name()}\n", encoding="gb18030")
    refused(
        refusals.FileUnreadable, actions.propose_import, by=lead, area_code=TOWN, path=file, file_name="r"
    )
    assert RosterImport.objects.unscoped(EVERY).count() == 0


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02 not a spreadsheet", b"PK\x03\x04broken"])
def test_files_that_cannot_be_read(lead: Actor, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "r.xlsx"
    file.write_bytes(content)
    error = refused(
        refusals.FileUnreadable, actions.propose_import, by=lead, area_code=TOWN, path=file, file_name="r"
    )
    assert error.code == "people.file_unreadable"
    assert error.say_reason()
    assert error.say_next_step()

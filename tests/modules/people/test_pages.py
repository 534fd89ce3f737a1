"""The ledger's pages: what is shown, to whom, and what a form does."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

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
    write,
)
from tests.modules.people.test_imports import HEAD, line
from yingjie.areas.queries import villages_under
from yingjie.foundation import clock
from yingjie.foundation.access.models import Grant, User
from yingjie.foundation.jobs.actions import run_job
from yingjie.foundation.jobs.models import Job
from yingjie.foundation.journal.models import Entry
from yingjie.people import actions
from yingjie.people.models import Doubt, Person, RosterImport


@pytest.fixture(autouse=True)
def no_second_factor(monkeypatch: pytest.MonkeyPatch) -> None:
    """Signing in is tested elsewhere."""
    monkeypatch.setattr("yingjie.foundation.access.middleware.is_mfa_enabled", lambda *_: True)


def signed_in(role: str, area_code: str, language: str = "en") -> Client:
    user = User.objects.create(
        username=f"{role}-{area_code}", display_name="Somebody", created_at=clock.now()
    )
    Grant.objects.create(user=user, role=role, area_code=area_code, from_on=clock.today(), granted_by="t")
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.cookies["yingjie_language"] = language
    return client


@pytest.fixture
def client(county: str) -> Client:
    return signed_in("town_lead", TOWN)


def test_ledger_lists_masked_and_narrows(client: Client, register: Register) -> None:
    register(1, name="单红梅", phones=("19900001234",))
    register(4, number=number(4, "20150101"), name="王小明", area_code=OTHER)
    page = client.get("/people/").content.decode()
    assert "单红梅" in page
    assert "王小明" in page
    assert number(1) not in page
    assert "19900001234" not in page
    for query, names in (
        ("?q=shm", ["单红梅"]),
        (f"?area={OTHER}", ["王小明"]),
        ("?age=60-79", ["单红梅"]),
        ("?sex=male", ["单红梅"]),
        ("?sex=female", ["王小明"]),
        ("?state=gone", []),
        (f"?q={number(1)}", []),
    ):
        page = client.get(f"/people/{query}").content.decode()
        assert [name for name in ("单红梅", "王小明") if name in page] == names, query


def test_pages_ask_the_database_no_more_for_more_people(
    client: Client, register: Register, django_assert_max_num_queries: object
) -> None:
    for sequence in range(1, 30):
        register(sequence, phones=(f"1990000{sequence:04d}",), area_code=VILLAGE if sequence % 2 else OTHER)
    client.get("/people/")
    with django_assert_max_num_queries(24):  # type: ignore[operator]
        client.get("/people/")


def test_export_is_what_is_shown_and_is_journalled(client: Client, register: Register) -> None:
    register(1, name="单红梅")
    register(4, name="王小明", area_code=OTHER)
    response = client.get(f"/people/?area={OTHER}&export=csv")
    content = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert "王小明" in content
    assert "单红梅" not in content
    assert number(4) not in content
    assert Entry.objects.filter(verb="list.export").count() == 1
    assert signed_in("village_officer", VILLAGE).get("/people/?export=csv").status_code == 403


def test_person_page_and_its_strangers(client: Client, register: Register) -> None:
    person = register(1, name="单红梅", phones=("19900001234",), address="三区 5 号")
    page = client.get(f"/people/{person.pk}/").content.decode()
    for words in ("单红梅", "199****1234", "三区 5 号", "**************"):
        assert words in page
    stranger = signed_in("town_lead", OTHER_TOWN)
    for path in ("", "change/", "number/", "move/", "leave/", "reveal/"):
        assert stranger.get(f"/people/{person.pk}/{path}").status_code == 404, path
    observer = signed_in("auditor", COUNTY)
    assert observer.get(f"/people/{person.pk}/").status_code == 200
    for path in ("change/", "number/", "move/", "leave/", "reveal/"):
        assert observer.get(f"/people/{person.pk}/{path}").status_code == 403, path


def test_number_is_shown_once_for_a_purpose(client: Client, register: Register) -> None:
    person = register(1)
    assert number(1) not in client.get(f"/people/{person.pk}/reveal/").content.decode()
    refused = client.post(f"/people/{person.pk}/reveal/", {"purpose": "other", "note": ""})
    assert refused.status_code == 400
    assert number(1) not in refused.content.decode()
    shown = client.post(f"/people/{person.pk}/reveal/", {"purpose": "door"})
    assert number(1) in shown.content.decode()
    assert "no-store" in shown.headers["Cache-Control"]
    assert Entry.objects.get(verb="people.reveal").facts == {"purpose": "Checking the card at the door"}


def test_number_and_phone_are_looked_up_by_post(client: Client, register: Register) -> None:
    person = register(1, phones=("19900001234",))
    for text in (number(1), "19900001234"):
        response = client.post("/people/find/", {"text": text})
        assert (response.status_code, response.headers["Location"]) == (302, f"/people/{person.pk}/")
    assert "Nobody of yours" in client.post("/people/find/", {"text": number(3)}).content.decode()
    assert client.get("/people/find/").status_code == 405


def test_forms_enter_correct_move_and_take_out(client: Client, county: str) -> None:
    today = clock.today().isoformat()
    given = {
        "kind": "resident_card",
        "number": number(1),
        "name": "王秀英",
        "area_code": VILLAGE,
        "phones": "19900001234，010-69961234",
    }
    response = client.post("/people/new/", given)
    person = Person.objects.unscoped(EVERY).get()
    assert response.headers["Location"] == f"/people/{person.pk}/"
    again = client.post("/people/new/", given)
    assert again.status_code == 409
    assert "already in the ledger" in again.content.decode()
    assert 'value="王秀英"' in again.content.decode()
    base = f"/people/{person.pk}"
    assert client.post(f"{base}/change/", {"name": "王秀荣"}).status_code == 302
    assert client.post(f"{base}/move/", {"area_code": OTHER, "on": today}).status_code == 302
    assert client.post(f"{base}/number/", {"kind": "resident_card", "number": number(3)}).status_code == 302
    assert client.post(f"{base}/death/", {"on": today}).status_code == 302
    person.refresh_from_db()
    assert (person.name, person.area_id, person.left_on) == ("王秀荣", OTHER, clock.today())
    assert client.post(f"{base}/change/", {"name": "王"}).status_code == 409


def test_import_from_upload_to_ledger(client: Client, tmp_path: Path) -> None:
    file = write(tmp_path / "名册.xlsx", [HEAD, line(1), line(2), line(3, 身份证号="12345")])
    upload = SimpleUploadedFile("名册.xlsx", file.read_bytes())
    response = client.post("/people/imports/new/", {"area_code": TOWN, "file": upload})
    roster = RosterImport.objects.unscoped(EVERY).get()
    assert response.headers["Location"] == f"/people/imports/{roster.pk}/"
    page = client.get(response.headers["Location"]).content.decode()
    assert "18 digits" in page
    assert number(1) not in page
    assert "19900000001" not in page
    assert "roster waits for your review" in client.get("/").content.decode()
    narrowed = client.get(f"/people/imports/{roster.pk}/?fate=refused").content.decode()
    assert "王英" not in narrowed
    response = client.post(f"/people/imports/{roster.pk}/commit/")
    run_job(str(Job.objects.get().pk))
    job = Job.objects.get()
    assert (job.state, job.result["url"]) == ("done", f"/people/imports/{roster.pk}/")  # type: ignore[index]
    assert Person.objects.unscoped(EVERY).count() == 2
    file_back = client.get(f"/people/imports/{roster.pk}/lines.xlsx")
    assert file_back.content[:2] == b"PK"
    assert "attachment" in file_back.headers["Content-Disposition"]
    assert client.post(f"/people/imports/{roster.pk}/undo/").status_code == 302
    assert Person.objects.unscoped(EVERY).count() == 0


def test_large_upload_is_read_in_the_background(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: object
) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"  # type: ignore[attr-defined]
    monkeypatch.setattr("yingjie.people.import_jobs.READ_AT_ONCE_BYTES", 10)
    file = write(tmp_path / "r.xlsx", [HEAD, line(1)])
    upload = SimpleUploadedFile("r.xlsx", file.read_bytes())
    response = client.post("/people/imports/new/", {"area_code": TOWN, "file": upload})
    job = Job.objects.get()
    assert response.headers["Location"] == f"/jobs/{job.pk}/"
    kept = list((tmp_path / "media" / "rosters").iterdir())
    assert [path.stat().st_mode & 0o777 for path in kept] == [0o600]
    run_job(str(job.pk))
    job.refresh_from_db()
    assert job.state == "done"
    assert list((tmp_path / "media" / "rosters").iterdir()) == []
    assert RosterImport.objects.unscoped(EVERY).get().counts["new"] == 1


def test_upload_that_cannot_be_read_says_why(client: Client) -> None:
    upload = SimpleUploadedFile("r.xlsx", b"PK\x03\x04 broken")
    response = client.post("/people/imports/new/", {"area_code": TOWN, "file": upload})
    assert response.status_code == 400
    assert "people.file_unreadable" in response.content.decode()
    assert RosterImport.objects.unscoped(EVERY).count() == 0


def test_columns_are_changed_on_the_page(client: Client, lead: object, tmp_path: Path) -> None:
    rows = [["姓名", "身份证号", "住在哪里"], ["王英", number(1), villages_under(lead, TOWN)[0].name]]  # type: ignore[arg-type]
    made = actions.propose_import(
        by=actor("town_lead", TOWN), area_code=TOWN, path=write(tmp_path / "r.xlsx", rows), file_name="r"
    )
    assert made.counts["refused"] == 1
    given = {"c1": "name", "c2": "number", "c3": "village"}
    assert client.post(f"/people/imports/{made.pk}/columns/", given).status_code == 302
    made.refresh_from_db()
    assert made.counts["new"] == 1


def test_rosters_of_others_are_not_found(client: Client, tmp_path: Path) -> None:
    made = actions.propose_import(
        by=actor("town_lead", TOWN),
        area_code=TOWN,
        path=write(tmp_path / "r.xlsx", [HEAD, line(1)]),
        file_name="r",
    )
    stranger = signed_in("town_lead", OTHER_TOWN)
    assert stranger.get(f"/people/imports/{made.pk}/").status_code == 404
    assert stranger.get(f"/people/imports/{made.pk}/lines.xlsx").status_code == 404
    for verb in ("columns", "commit", "discard", "undo"):
        assert stranger.post(f"/people/imports/{made.pk}/{verb}/").status_code == 404, verb
    assert client.get(f"/people/imports/{made.pk}/").status_code == 200
    assert signed_in("grid_worker", TOWN).get(f"/people/imports/{made.pk}/").status_code == 403


def two_sheets(path: Path) -> bytes:
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path))
    for name, sequence in (("一组", 1), ("二组", 2)):
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, ["姓名", "身份证号", "住在哪里"])
        sheet.write_row(1, 0, ["王英", number(sequence), "不用"])
    book.close()
    return path.read_bytes()


def test_sheet_and_columns_come_first_where_they_are_in_doubt(
    client: Client, lead: object, tmp_path: Path, settings: object
) -> None:
    settings.YINGJIE_FILES = tmp_path / "files"  # type: ignore[attr-defined]
    upload = SimpleUploadedFile("两组.xlsx", two_sheets(tmp_path / "r.xlsx"))
    response = client.post("/people/imports/new/", {"area_code": TOWN, "file": upload})
    address = response.headers["Location"]
    assert address.startswith("/people/imports/prepare/")
    assert RosterImport.objects.unscoped(EVERY).count() == 0
    page = client.get(address).content.decode()
    assert "二组" in page
    assert "No column was understood as “Village”" in page
    assert "王英" in page
    assert number(1) not in page
    given = {"sheet": "二组", "c1": "name", "c2": "number", "c3": "address"}
    shown = client.post(address, given | {"step": "look"})
    assert "不用" in shown.content.decode()
    assert signed_in("town_lead", OTHER_TOWN).get(address).status_code == 404
    response = client.post(address, given)
    roster = RosterImport.objects.unscoped(EVERY).get()
    assert response.headers["Location"] == f"/people/imports/{roster.pk}/"
    assert (roster.mapping["sheet"], roster.mapping["fields"]) == ("二组", ["name", "number", "address"])
    assert client.get(address).status_code == 404


def test_questions_are_answered_on_their_page(client: Client, lead: object, tmp_path: Path) -> None:
    rows = [
        ["姓名", "出生日期", "性别", "村"],
        ["李大同", "1960-02-02", "男", villages_under(lead, TOWN)[0].name],
    ]  # type: ignore[arg-type]
    made = actions.propose_import(
        by=actor("town_lead", TOWN), area_code=TOWN, path=write(tmp_path / "r.xlsx", rows), file_name="r"
    )
    actions.commit_import(by=actor("town_lead", TOWN), import_id=made.pk)
    queue = client.get("/people/review/").content.decode()
    assert "李大同" in queue
    doubt = Doubt.objects.unscoped(EVERY).get().pk
    assert (
        "Nobody in the ledger is like this line." in client.get(f"/people/review/{doubt}/").content.decode()
    )
    stranger = signed_in("town_lead", OTHER_TOWN)
    assert stranger.get(f"/people/review/{doubt}/").status_code == 404
    assert stranger.post(f"/people/review/{doubt}/answer/", {"answer": "out"}).status_code == 404
    assert stranger.post(f"/people/review/{doubt}/undo/").status_code == 404
    assert client.post(f"/people/review/{doubt}/answer/", {"answer": "other"}).status_code == 302
    assert Person.objects.unscoped(EVERY).get().name == "李大同"
    assert "Take the decision back" in client.get(f"/people/review/{doubt}/").content.decode()
    assert client.post(f"/people/review/{doubt}/undo/").status_code == 302
    assert Person.objects.unscoped(EVERY).count() == 0
    assert "李大同" not in stranger.get("/people/review/").content.decode()

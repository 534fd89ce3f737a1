"""What a clerk of the next township finds of these people, whatever they type, open, send or download: nothing."""

from __future__ import annotations

import io
import re
from datetime import date
from pathlib import Path

import openpyxl
from django.http import HttpResponseBase

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
    write,
)  # fmt: skip
from tests.modules.people.test_pages import no_second_factor, signed_in  # noqa: F401 - a fixture of every test here
from tests.modules.people.test_ugly_rosters import dump
from yingjie.areas import urls as area_urls
from yingjie.areas.queries import villages_under
from yingjie.foundation.access.actor import Actor, system
from yingjie.foundation.jobs.models import Job
from yingjie.people import actions, import_jobs, review_queries, reviews, source_queries, urls
from yingjie.people.models import Doubt, Person, PersonChange

SECRETS = (
    "单红梅",
    "danhongmei",
    "19900001234",
    "1234",
    "幸福街77号",
    number(1)[-4:],
    number(1),
    "秘密名单",
    "底册主任",
)
ME = system("test")


def body(answer: HttpResponseBase) -> str:
    content = b"".join(answer) if answer.streaming else answer.content  # type: ignore[arg-type,attr-defined]
    if content.startswith(b"PK"):
        rows = openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)  # type: ignore[union-attr]
        return "\n".join(str(cell) for row in rows for cell in row if cell is not None)
    return content.decode("utf-8", "replace")


def tells(answer: HttpResponseBase, typed: str = "") -> list[str]:
    """What of the neighbours an answer holds, beside what was typed."""
    text = body(answer).replace(typed, "") if typed else body(answer)
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"|[0-9a-f-]{36}', "", text)
    return [secret for secret in SECRETS if len(secret) > 4 and secret in text] + re.findall(
        r"单[*＊某]", text
    )


def test_nothing_of_a_neighbour_comes_out(register: Register, lead: Actor, tmp_path: Path) -> None:
    person = register(1, name="单红梅", phones=("19900001234",), address="幸福街77号")
    twin = register(3, name="单红梅", address="幸福街77号")
    actions.set_whereabouts(by=ME, person_id=person.pk, word="away", place="杭州")
    gap = actions.open_gap(by=ME, area_code=VILLAGE, kind="not_met", address="幸福街77号")
    file = write(tmp_path / "秘密名单.xlsx", [
        ["姓名", "身份证号", "出生日期", "性别", "村", "住址"],
        ["单红梅", None, date(1950, 1, 1), "男", village_name(), "幸福街77号"], ["单红妹", "123", None, "男", village_name(), None],
    ])  # fmt: skip
    roster = actions.propose_import(by=lead, area_code=TOWN, path=file, file_name=file.name)
    actions.commit_import(by=lead, import_id=roster.pk)
    doubt = Doubt.objects.unscoped(EVERY).filter(kind="line").first()
    assert doubt is not None
    change = PersonChange.objects.unscoped(EVERY).filter(person_id=person.pk).first()
    stranger, theirs = signed_in("town_lead", OTHER_TOWN, "zh-hans"), actor("town_lead", OTHER_TOWN)
    before = dump()
    values = {
        "person_id": person.pk, "import_id": roster.pk, "gap_id": gap.pk, "doubt_id": doubt.pk, "draft_id": roster.pk,
        "code": VILLAGE,
    }  # fmt: skip
    sent = {
        "area": VILLAGE, "area_code": VILLAGE, "person": str(twin.pk), "other": str(twin.pk), "head": str(twin.pk),
        "guardian": str(twin.pk),
        "answer": "same", "change": str(change.pk) if change else "", "name": "x", "on": "2021-01-01", "reason": "x",
        "purpose": "x", "members": [str(person.pk)], "one": TOWN, "into": VILLAGE,
    }  # fmt: skip
    for prefix, patterns in (("people", urls.urlpatterns), ("areas", area_urls.urlpatterns)):
        for pattern in patterns:
            route = str(pattern.pattern)
            address = f"/{prefix}/" + re.sub(r"<\w+:(\w+)>", lambda found: str(values[found[1]]), route)
            for answer in (stranger.get(address), stranger.post(address, sent)):
                assert not tells(answer), (address, answer.status_code)
                if "_id>" in route:
                    assert answer.status_code in (302, 403, 404, 405), address
    for text in ("单红梅", "单", "danhongmei", "dhm", "19900001234", number(1), number(1)[-4:], "幸福街77号"):
        for address in (
            f"/people/?q={text}", f"/people/?q={text}&area={VILLAGE}", f"/people/?q={text}&area={COUNTY}",
            f"/people/?q={text}&format=xlsx",
            f"/people/find/?q={text}", f"/people/find/?number={text}", f"/people/changes/?q={text}",
            f"/people/gaps/?q={text}&area={VILLAGE}",
            f"/people/gaps/compare/?area={VILLAGE}", f"/people/review/?state=&roster={roster.pk}",
            f"/find/?q={text}", f"/search/?q={text}",
        ):  # fmt: skip
            assert not tells(stranger.get(address), text), address
    # A number that somebody has elsewhere is not taken twice, and says no name.
    told = stranger.post("/people/new/", {
        "area_code": villages_under(ME, OTHER_TOWN)[0].code, "name": "王大明", "number": number(1),
        "document_kind": "resident_card", "sex": "male", "birth_on": "1950-01-01",
    })  # fmt: skip
    assert not tells(told, number(1))
    mine = write(
        tmp_path / "m.xlsx",
        [["姓名", "身份证号", "村"], ["单红", number(1), villages_under(ME, OTHER_TOWN)[0].name]],
    )
    theirs_too = actions.propose_import(by=theirs, area_code=OTHER_TOWN, path=mine, file_name="m.xlsx")
    assert theirs_too.counts["doubtful"] == 1
    page = stranger.get(f"/people/imports/{theirs_too.pk}/")
    back = stranger.get(f"/people/imports/{theirs_too.pk}/lines.xlsx")
    for answer in (page, back):
        assert "单红梅" not in body(answer) and village_name() not in body(answer)
    actions.discard_import(by=theirs, import_id=theirs_too.pk)
    assert dump() == before
    # Somebody who moved here brings no list of there with them.
    import_jobs.start_commit(by=lead, import_id=roster.pk, file_name="秘密名单.xlsx")
    assert stranger.get(f"/jobs/{Job.objects.get().pk}/").status_code == 404


def test_who_moves_here_does_not_say_whose_lists_named_them(register: Register, tmp_path: Path) -> None:
    boss = Actor(name="底册主任", title="底册主任", held=actor("town_lead", TOWN).held)
    file = write(tmp_path / "s.xlsx", [["姓名", "身份证号", "村"], ["单红梅", number(1), village_name()]])
    roster = actions.propose_import(by=boss, area_code=TOWN, path=file, file_name="秘密名单.xlsx")
    actions.commit_import(by=boss, import_id=roster.pk)
    person = Person.objects.unscoped(EVERY).get()
    # Two lists of there name two addresses, and a third another village: none of it comes along.
    for at, (kind, address) in enumerate((("police_register", "幸福街77号"), ("grid_survey", "幸福街78号"))):
        rows = [
            ["姓名", "身份证号", "村", "住址"],
            ["单红梅", number(1), village_name((VILLAGE, OTHER)[at]), address],
        ]
        listed = write(tmp_path / f"秘密名单{at}.xlsx", rows)
        told = actions.propose_import(
            by=boss, area_code=TOWN, path=listed, file_name=listed.name, source_kind=kind
        )
        actions.commit_import(by=boss, import_id=told.pk)
    assert {row.field for row in source_queries.provenance(boss, person.pk) if row.against} >= {
        "address",
        "area",
    }
    new_home = villages_under(ME, OTHER_TOWN)[0]
    actions.move(by=ME, person_id=person.pk, area_code=new_home.code)
    stranger, theirs = signed_in("town_lead", OTHER_TOWN, "zh-hans"), actor("town_lead", OTHER_TOWN)
    here = write(tmp_path / "h.xlsx", [
        ["姓名", "身份证号", "出生日期", "村", "住址"], ["单红梅", None, date(1950, 1, 1), new_home.name, "9号"],
    ])  # fmt: skip
    asked = actions.propose_import(by=theirs, area_code=OTHER_TOWN, path=here, file_name="h.xlsx")
    actions.commit_import(by=theirs, import_id=asked.pk)
    doubt = Doubt.objects.unscoped(EVERY).get()
    origin = review_queries.card(theirs, doubt.pk).right.origin("name")  # type: ignore[union-attr]
    assert origin is not None and (origin.label, origin.by) == ("", "")
    reviews.decide(by=theirs, doubt_id=doubt.pk, answer="same")
    sources = [row.source for row in source_queries.provenance(theirs, person.pk) if row.source]
    assert {source.label for source in sources} == {"", "h.xlsx"}
    for address in (f"/people/{person.pk}/", f"/people/{person.pk}/sheet/", f"/people/review/{doubt.pk}/"):
        page = body(stranger.get(address))
        assert "秘密名单" not in page and "底册主任" not in page, address
        assert "幸福街7" not in page and village_name() not in page and village_name(OTHER) not in page, (
            address
        )

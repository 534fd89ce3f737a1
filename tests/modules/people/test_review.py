"""The review queue: questions from doubtful lines and pairs, their answers, and the way back."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from tests.modules import campaign
from tests.modules.people.conftest import (
    EVERY,
    OTHER,
    OTHER_TOWN,
    TOWN,
    Register,
    actor,
    number,
    village_name,
    write,
)
from tests.modules.people.test_imports import refused
from tests.modules.people.test_ugly_rosters import dump
from yingjie.areas import unit_actions
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.jobs.models import Job
from yingjie.foundation.refusals import NotAllowed, NotFound
from yingjie.outreach.models import Attempt
from yingjie.people import actions, codelists, doubles, merging, queries, refusals, review_queries, reviews
from yingjie.people.models import Doubt, Gap, Guardian, Person, PersonChange, Phone
from yingjie.people.unit_actions import employ

HEAD = ["姓名", "身份证号", "出生日期", "性别", "村", "住址", "电话"]


def asked(by: Actor, folder: Path, *rows: list[object]) -> list[UUID]:
    """The questions that a committed roster leaves, in the order of its lines."""
    file = write(folder / "r.xlsx", [HEAD, *rows])
    roster = actions.propose_import(by=by, area_code=TOWN, path=file, file_name="r.xlsx")
    actions.commit_import(by=by, import_id=roster.pk)
    found = Doubt.objects.unscoped(EVERY).filter(roster_id=roster.pk).order_by("number")
    return [row.pk for row in found]


def test_a_likely_line_is_this_person_or_another_or_neither(
    register: Register, lead: Actor, tmp_path: Path
) -> None:
    person = register(1, name="王秀英", address="1号")
    (doubt,) = asked(
        lead, tmp_path, ["王秀英", None, date(1950, 1, 1), "男", village_name(), "幸福街7号", "19900000001"]
    )
    card = review_queries.card(lead, doubt)
    assert (card.right.person_id, card.left.values["name"]) == (person.pk, "王秀英")  # type: ignore[union-attr]
    differences = {each.field: each.agrees for each in card.differences}
    assert (differences["name"], differences["birth"], differences["address"]) == (True, True, False)
    assert number(1) not in repr(card)
    before = dump()
    decided = reviews.decide(by=lead, doubt_id=doubt, answer="same")
    assert decided.state == "same"
    changed = queries.find_by_number(lead, number(1))
    assert (changed.address, changed.phones) == ("幸福街7号", ("199****0001",))  # type: ignore[union-attr]
    refused(refusals.DoubtSettled, reviews.decide, by=lead, doubt_id=doubt, answer="other")
    reviews.undo_decision(by=lead, doubt_id=doubt)
    assert dump() == before
    reviews.decide(by=lead, doubt_id=doubt, answer="other")
    assert Person.objects.unscoped(EVERY).filter(name="王秀英").count() == 2
    entered = Person.objects.unscoped(EVERY).exclude(pk=person.pk).get()
    assert (entered.without_document, entered.address) == ("unknown", "幸福街7号")
    reviews.undo_decision(by=lead, doubt_id=doubt)
    assert dump() == before
    reviews.decide(by=lead, doubt_id=doubt, answer="later")
    assert review_queries.counts(lead) == {"later": 1}
    reviews.decide(by=lead, doubt_id=doubt, answer="out")
    assert Person.objects.unscoped(EVERY).count() == 1


def test_a_title_is_never_written_over_a_name(register: Register, lead: Actor, tmp_path: Path) -> None:
    person = register(2, name="王秀英", address="1号")
    (doubt,) = asked(lead, tmp_path, ["王大妈", number(2), None, "女", village_name(), "幸福街7号", None])
    assert not {each.field: each.agrees for each in review_queries.card(lead, doubt).differences}["name"]
    reviews.decide(by=lead, doubt_id=doubt, answer="same")
    known = queries.find_by_number(lead, number(2))
    assert (known.id, known.name, known.address) == (person.pk, "王秀英", "幸福街7号")  # type: ignore[union-attr]


def test_whoever_has_left_does_not_move_by_an_answer(register: Register, lead: Actor, tmp_path: Path) -> None:
    person = register(1, name="王秀英", address="1号")
    actions.leave(by=lead, person_id=person.pk, on=clock.today(), reason="")
    here = ["王秀英", number(1), date(1950, 1, 1), "男", village_name(), "2号", None]
    there = [*here[:4], village_name(OTHER), "2号", None]
    (doubt,) = asked(lead, tmp_path, there)
    before = dump()
    error = refused(refusals.AnswerImpossible, reviews.decide, by=lead, doubt_id=doubt, answer="same")
    assert clock.today().isoformat() in str(error.say_reason())
    assert dump() == before


def test_an_answer_on_which_something_was_built_stays(
    register: Register, lead: Actor, tmp_path: Path
) -> None:
    register(1, name="王秀英", address="1号")
    line = ["王秀英", None, date(1950, 1, 1), "男", village_name(), "幸福街7号", None]
    (doubt,) = asked(lead, tmp_path, line)
    reviews.decide(by=lead, doubt_id=doubt, answer="other")
    entered = Person.objects.unscoped(EVERY).get(address="幸福街7号")
    Attempt.objects.create(person_id=entered.pk, at=clock.now(), by="t", outcome="agreed")
    refused(refusals.DecisionBuiltUpon, reviews.undo_decision, by=lead, doubt_id=doubt)


def test_lines_nobody_is_like_and_lines_that_say_too_little(lead: Actor, tmp_path: Path) -> None:
    first, second = asked(
        lead, tmp_path,
        ["李大同", None, date(1960, 2, 2), "男", village_name(), None, None],
        ["赵小兰", None, None, "女", village_name(), None, None],
    )  # fmt: skip
    assert review_queries.card(lead, first).right is None
    reviews.decide(by=lead, doubt_id=first, answer="other")
    assert Person.objects.unscoped(EVERY).get().name == "李大同"
    error = refused(refusals.AnswerImpossible, reviews.decide, by=lead, doubt_id=second, answer="other")
    assert "出生日期" in str(error.say_reason())
    with pytest.raises(NotFound):
        reviews.decide(by=lead, doubt_id=second, answer="same")


def pair(register: Register, lead: Actor) -> tuple[Person, Person, UUID]:
    """One person with a number, and the same without."""
    known = register(1, name="王秀英", phones=("19900000001",), address="幸福街7号")
    bare = actions.register(
        by=lead, area_code=known.area_id, name="王秀英", without_document="unknown", birth_on=date(1950, 1, 1), sex="male",
        phones=("19900000001", "19900000002"), address="幸福街7号",
    )  # fmt: skip
    assert doubles.look_for_doubles(by=lead, area_code=TOWN) == 1
    assert doubles.look_for_doubles(by=lead, area_code=TOWN) == 0
    return known, bare, Doubt.objects.unscoped(EVERY).get().pk


def test_two_records_become_one_and_two_again(register: Register, lead: Actor) -> None:
    known, _bare, doubt = pair(register, lead)
    before = dump()
    reviews.decide(by=lead, doubt_id=doubt, answer="same")
    assert list(Person.objects.unscoped(EVERY).values_list("pk", flat=True)) == [known.pk]
    phones = Phone.objects.unscoped(EVERY).order_by("order")
    assert [(row.number, row.person_id) for row in phones] == [
        ("19900000001", known.pk),
        ("19900000002", known.pk),
    ]
    reviews.undo_decision(by=lead, doubt_id=doubt)
    assert dump() == before
    reviews.decide(by=lead, doubt_id=doubt, answer="other")
    assert dump() != before
    assert Person.objects.unscoped(EVERY).count() == 2


def test_a_merge_keeps_the_record_on_which_something_was_built(register: Register, lead: Actor) -> None:
    known, bare, doubt = pair(register, lead)
    Attempt.objects.create(person_id=bare.pk, at=clock.now(), by="t", outcome="agreed")
    reviews.decide(by=lead, doubt_id=doubt, answer="same")
    assert Person.objects.unscoped(EVERY).get().pk == bare.pk
    assert queries.find_by_number(lead, number(1)).id == bare.pk  # type: ignore[union-attr]
    reviews.undo_decision(by=lead, doubt_id=doubt)
    Attempt.objects.create(person_id=known.pk, at=clock.now(), by="t", outcome="agreed")
    reviews.decide(by=lead, doubt_id=doubt, answer="same")
    assert set(Attempt.objects.unscoped(EVERY).values_list("person_id", flat=True)) == {known.pk}
    reviews.undo_decision(by=lead, doubt_id=doubt)
    assert set(Attempt.objects.unscoped(EVERY).values_list("person_id", flat=True)) == {known.pk, bare.pk}


def test_rows_that_nobody_moves_stand_in_the_way(
    register: Register, lead: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    known, bare, doubt = pair(register, lead)
    for person in (known, bare):
        Attempt.objects.create(person_id=person.pk, at=clock.now(), by="t", outcome="agreed")
    monkeypatch.delitem(merging._movers, "outreach")
    before = dump()
    refused(refusals.MergeBuiltUpon, reviews.decide, by=lead, doubt_id=doubt, answer="same")
    assert dump() == before


def test_all_that_the_ledger_knows_of_either_is_kept_and_parted_again(
    register: Register, lead: Actor
) -> None:
    known, bare, doubt = pair(register, lead)
    child = register(3, name="王小宝", number=number(3, "20150101"))
    unit = unit_actions.open_unit(by=lead, area_code=known.area_id, name="甲厂", kind="factory")
    for person in (known, bare):
        actions.add_guardian(by=lead, person_id=child.pk, guardian_id=person.pk, relation="father")
        actions.add_category(by=lead, person_id=person.pk, code=sorted(codelists.categories())[0])
        employ(by=lead, person_id=person.pk, unit_id=unit.pk)
    actions.set_whereabouts(by=lead, person_id=bare.pk, word="away", place="杭州")
    gap = actions.open_gap(by=lead, area_code=known.area_id, kind="not_met", address="9号")
    Gap.objects.unscoped(EVERY).filter(pk=gap.pk).update(person_id=bare.pk)
    yesterday, before = clock.now(), dump()
    reviews.decide(by=lead, doubt_id=doubt, answer="same")
    assert list(Guardian.objects.unscoped(EVERY).values_list("guardian_id", flat=True)) == [known.pk]
    assert Gap.objects.unscoped(EVERY).get().person_id == known.pk
    kept = Person.objects.unscoped(EVERY).get(pk=known.pk)
    assert kept.whereabouts == "away"
    assert PersonChange.objects.unscoped(EVERY).exclude(person_id__in=(known.pk, child.pk)).count() == 0
    today = clock.today()
    assert sum(queries.counted_on(today).counts(lead, code=TOWN, digits=9).values()) == 2
    then = queries.counted_on(today, yesterday).counts(lead, code=TOWN, digits=9)
    assert then == {TOWN: 3}, "a merge of today does not change how many were counted before it"
    reviews.undo_decision(by=lead, doubt_id=doubt)
    assert dump() == before


def test_questions_of_neighbours_are_not_found(register: Register, lead: Actor, tmp_path: Path) -> None:
    (doubt,) = asked(
        lead, tmp_path, ["李大同", None, date(1960, 2, 2), "男", village_name(OTHER), None, None]
    )
    stranger = actor("town_lead", OTHER_TOWN)
    refused(NotFound, reviews.decide, by=stranger, doubt_id=doubt, answer="out")
    refused(NotFound, reviews.undo_decision, by=stranger, doubt_id=doubt)
    refused(NotFound, doubles.look_for_doubles, by=stranger, area_code=TOWN)
    with pytest.raises(NotFound):
        review_queries.card(stranger, doubt)
    assert review_queries.rows(stranger) == []
    refused(NotAllowed, reviews.decide, by=actor("village_officer", TOWN), doubt_id=doubt, answer="out")


def test_the_search_for_doubles_finds_what_a_number_hides_and_asks_once(
    register: Register, lead: Actor
) -> None:
    one, twin = register(1, name="王秀英"), register(3, name="王秀英")  # one name and birthday, two numbers
    register(5, name="王秀英", area_code=OTHER)  # in another village: somebody else
    register(7, name="李大同", number=number(7, "19600202"))
    steps: list[tuple[int, int]] = []
    assert doubles.look_for_doubles(by=lead, area_code=TOWN, progress=lambda *step: steps.append(step)) == 1
    assert steps[0] == (0, 4) and steps[-1] == (4, 4)
    doubt = Doubt.objects.unscoped(EVERY).get()
    assert {doubt.person_id, doubt.other_id} == {one.pk, twin.pk}
    reviews.decide(by=lead, doubt_id=doubt.pk, answer="other")
    assert doubles.look_for_doubles(by=lead, area_code=TOWN) == 0


def test_the_page_starts_the_search_in_the_background(client: Client, lead: Actor) -> None:
    campaign.sign_in(client, "town_lead", TOWN)
    assert "/people/review/look/" in client.get("/people/review/").content.decode()
    answer = client.post("/people/review/look/", {"area": TOWN})
    job = Job.objects.get(kind="people.look_for_doubles")
    assert answer["Location"] == reverse("job", args=[job.pk])
    assert (job.owner, job.arguments) == ("town_lead", {"username": "town_lead", "area_code": TOWN})
    for foreign in (OTHER_TOWN, "", "x", "110117"):
        assert client.post("/people/review/look/", {"area": foreign}).status_code == 404
    assert Job.objects.count() == 1

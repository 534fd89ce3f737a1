"""An exercise at a table: the clock, the inboxes, who decides, the report; scripts of one's own; and the ledger stays as it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from tests.modules import campaign
from tests.modules.plans.conftest import COUNTY
from vaxkit.exercise import script_text
from yingjie.foundation import clock
from yingjie.foundation.jobs.models import Job
from yingjie.foundation.journal.models import Entry
from yingjie.foundation.refusals import BadInput, NotAllowed, NotFound, Refusal
from yingjie.plans import exercise_actions, exercise_queries, refusals, script_actions
from yingjie.plans.models import Exercise, ExerciseDecision, ExerciseNote, ExerciseScript, ExerciseSeat
from yingjie.sites.models import Site

KEEPER = campaign.actor("store_keeper", "110117")
VILLAGES = campaign.actor("health_officer", "110117")


@contextmanager
def minutes_later(minutes: float) -> Iterator[None]:
    with clock.at(campaign.NOON + timedelta(minutes=minutes)):
        yield


def prepared(pace: int = 1, script: str = "vaccine_late") -> Exercise:
    return exercise_actions.prepare(by=COUNTY, area_code="110117", script=script, pace=pace)


def step(made: Exercise, step: str = "", **how: Any) -> Exercise:
    return exercise_actions.clock_step(by=COUNTY, exercise_id=made.pk, step=step, **how)


def row_of(made: Exercise) -> exercise_queries.ExerciseRow:
    return exercise_queries.exercise(COUNTY, made.pk)


def rows_by_table() -> dict[str, int]:
    """Of everything but plans, jobs and the journal."""
    return {
        model._meta.label: model._base_manager.count()
        for model in apps.get_models()
        if model._meta.app_label not in ("plans", "jobs", "journal") and model._meta.managed
    }


def test_an_exercise_from_script_to_report(client: Client, site: Site) -> None:
    campaign.person(1)
    ledger = rows_by_table()
    with pytest.raises(BadInput):
        exercise_actions.prepare(by=COUNTY, area_code="110117", script="none")
    made = prepared(pace=5)
    assert prepared(pace=5).pk == made.pk  # a form sent twice
    say = {"by": KEEPER, "exercise_id": made.pk}
    with pytest.raises(refusals.ClockStands):
        exercise_actions.decide(**say, role="store", inject="notice", option="count")
    step(made, "start")
    with minutes_later(2):  # ten minutes of the exercise
        with pytest.raises(BadInput):
            exercise_actions.decide(**say, role="command", inject="whom", option="second")
        with pytest.raises(BadInput):
            exercise_actions.decide(
                **say, role="store", inject="notice", option="count", words="长" * 100_000
            )
        words = "先盘点 <b>１２</b> 🙂"
        first = exercise_actions.decide(**say, role="store", inject="notice", option="count", words=words)
        again = exercise_actions.decide(**say, role="store", inject="notice", option="count", words=words)
        assert again.pk == first.pk  # sent again from a bad network
        with pytest.raises(refusals.AlreadyDecided) as refused:
            exercise_actions.decide(**say, role="store", inject="notice", option="hide")
        assert "08:40" in refused.value.say_reason()
        step(made, "pause", ahead=20)
    with minutes_later(300):
        row = row_of(made)
        assert (row.minute, row.score.points, row.score.most, row.state) == (30.0, 10, 10, "paused")
        with pytest.raises(NotAllowed):
            exercise_actions.clock_step(by=KEEPER, exercise_id=made.pk, step="end")
        step(made, "end")
        with pytest.raises(refusals.ExerciseEnded):
            exercise_actions.decide(**say, role="store", inject="whom", option="second")
        step(made, "end")
    assert Job.objects.filter(kind="plans.exercise_effects").count() == 1
    exercise_actions.note(by=COUNTY, exercise_id=made.pk, words="库管反应很快")
    exercise_actions.note(by=COUNTY, exercise_id=made.pk, words="库管反应很快 ")
    assert ExerciseNote.objects.unscoped(campaign.ALL).count() == 1
    done = exercise_actions.effects(by=COUNTY, exercise_id=made.pk)
    assert [each["scenario"] for each in done.result["outlooks"]] == ["as_planned", "decided", "best"]
    assert (
        done.result["outlooks"][1]["daily"] == done.result["outlooks"][2]["daily"]
    )  # it was judged by what had come
    assert rows_by_table() == ledger
    campaign.sign_in(client, "county_lead", "110117")
    addresses = [
        reverse("plans_exercises"),
        *(reverse(name, args=[made.pk]) for name in ("plans_exercise", "plans_exercise_report", "plans_exercise_compared")),
        reverse("plans_inbox", args=[made.pk, "store"]),
    ]  # fmt: skip
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200 and 'style="' not in answer.content.decode(), address
        assert "<b>１２" not in answer.content.decode()
    assert client.get(reverse("plans_inbox", args=[made.pk, "nobody"])).status_code == 404
    docx = client.get(reverse("plans_exercise_file", args=[made.pk, "docx"]))
    words = ZipFile(BytesIO(docx.content)).read("word/document.xml").decode()
    assert "先盘点" in words and "10/10" in words and "库管反应很快" in words and "08:40" in words


def test_two_who_lead_do_not_move_the_clock_twice(site: Site) -> None:
    made = prepared()
    seen = exercise_queries.stamp_of(step(made, "start"))
    step(made, "start")  # a double click starts it once
    with minutes_later(1):
        step(made, ahead=10, seen=seen)
        with pytest.raises(refusals.ClockMoved):
            step(made, ahead=10, seen=seen)
        assert row_of(made).minute == 11
        step(made, to=26.0, pace=4)
    with minutes_later(2):
        assert (row_of(made).minute, row_of(made).pace) == (30, 4)
        exercise_actions.decide(by=COUNTY, exercise_id=made.pk, role="command", inject="whom", option="share")
        with pytest.raises(refusals.CannotGoBack):
            step(made, to=29.0)
        for wrong in (-1.0, 151.0):
            with pytest.raises(BadInput):
                step(made, to=wrong)
        with pytest.raises(BadInput):
            step(made, pace=0)
        assert row_of(made).minute == 30
    with minutes_later(3000):  # the clock stops with the last minute, and nothing is decided in it
        row = row_of(made)
        assert (row.minute, row.is_over, row.state) == (150, True, "running")
        with pytest.raises(refusals.TimeOver):
            exercise_actions.decide(
                by=COUNTY, exercise_id=made.pk, role="villages", inject="words", option="each"
            )
        step(made, "end")
        assert (row_of(made).score.points, row_of(made).score.most) == (6, 45)
        with pytest.raises(refusals.ExerciseEnded):
            step(made, ahead=5)


def test_a_seat_is_taken_and_taken_over_in_the_open(client: Client, site: Site) -> None:
    made = prepared()
    step(made, "start")
    exercise_actions.sit(by=KEEPER, exercise_id=made.pk, role="store")
    ask = {"exercise_id": made.pk, "role": "store", "inject": "notice", "option": "count"}
    with pytest.raises(refusals.SeatTaken):
        exercise_actions.decide(by=VILLAGES, **ask)
    assert not ExerciseDecision.objects.unscoped(campaign.ALL).exists()
    exercise_actions.sit(by=VILLAGES, exercise_id=made.pk, role="store")
    exercise_actions.decide(by=VILLAGES, **ask)
    assert [each.by for each in ExerciseSeat.objects.unscoped(campaign.ALL)] == [VILLAGES.signature]
    assert Entry.objects.filter(verb="plans.exercise_seat").count() == 2
    with pytest.raises(NotFound):
        exercise_actions.sit(by=KEEPER, exercise_id=made.pk, role="nobody")
    for stranger in (campaign.actor("county_lead", "110118"), campaign.actor("grid_worker")):
        with pytest.raises(NotFound):
            exercise_actions.decide(by=stranger, **ask)
    town = campaign.actor("town_lead")  # plans below: opens inboxes, neither the clock nor the report
    exercise_actions.sit(by=town, exercise_id=made.pk, role="villages")
    with pytest.raises(NotFound):
        exercise_actions.clock_step(by=town, exercise_id=made.pk, step="pause")
    assert not exercise_queries.played(town, made.pk).may_see and not exercise_queries.open_above(COUNTY)
    assert [each.id for each in exercise_queries.open_above(campaign.actor("site_lead"))] == [made.pk]
    campaign.sign_in(client, "site_lead")
    assert client.get(reverse("plans_inbox", args=[made.pk, "sites"])).status_code == 200
    assert (
        client.get(reverse("plans_exercises"))
        .content.decode()
        .count(reverse("plans_inbox", args=[made.pk, "sites"]))
        == 1
    )
    assert client.get(reverse("plans_exercise", args=[made.pk])).status_code == 404
    campaign.sign_in(client, "county_lead", "110118")
    for name in ("plans_exercise", "plans_exercise_report", "plans_exercise_compared"):
        assert client.get(reverse(name, args=[made.pk])).status_code == 404


def test_players_see_nothing_that_is_to_come(client: Client, site: Site) -> None:
    made = prepared()
    step(made, "start")
    campaign.sign_in(client, "store_keeper", "110117")
    inbox = reverse("plans_inbox", args=[made.pk, "store"])
    with minutes_later(5):
        for name in ("plans_exercise", "plans_exercise_report"):
            page = client.get(reverse(name, args=[made.pk])).content.decode()
            assert "市疾控来电" in page and "体育中心" not in page and "先盘清" not in page, name
        page = client.get(inbox).content.decode()
        assert page.count('name="option"') == 3 and "只够两天" not in page
        given = {"inject": "notice", "option": "count", "words": "字" * 2001}
        answer = client.post(reverse("plans_inbox_decide", args=[made.pk, "store"]), given)
        page = answer.content.decode()
        assert (
            answer.status_code == 400 and "字字字" in page and f'hx-get="{inbox}?after=0"' in page
        )  # it goes on asking the inbox
        assert client.post(reverse("plans_exercise_note", args=[made.pk]), {"words": "x"}).status_code == 403
        pattern = reverse("plans_script_pattern", args=["vaccine_late"])
        assert client.get(pattern).status_code == 403
    with minutes_later(26):
        page = client.get(f"{inbox}?after=0").content.decode()  # what the open page asks for by itself
        fresh = page[page.index('id="inbox-fresh"') : page.index('id="inbox-list"')]
        assert "只够两天" in fresh and "市疾控来电" not in fresh
        assert client.get(reverse("plans_exercise_file", args=[made.pk, "pdf"])).status_code == 409


def test_different_decisions_bring_different_figures_side_by_side(client: Client, site: Site) -> None:
    for serial in range(1, 120):
        campaign.person(serial)
    plays = []
    for nth, options in enumerate(
        (("pause", "hold", "split", "checked"), ("torch", "use", "cancel", "at_once"))
    ):
        with minutes_later(nth):
            made = prepared(script="site_closed", pace=60)
            step(made, "start")
            for inject, role, option in zip(
                ("power", "fridge", "elsewhere", "reopen"),
                ("site", "store", "command", "site"),
                options,
                strict=True,
            ):
                at = float(row_of(made).script.inject(inject).at)
                step(made, to=at)
                exercise_actions.decide(
                    by=COUNTY, exercise_id=made.pk, role=role, inject=inject, option=option
                )
            step(made, to=120.0)
            step(made, "end", later=False)
            plays.append(exercise_actions.effects(by=COUNTY, exercise_id=made.pk))
    good, bad = ([each["result"]["outlooks"][1]] for each in ({"result": play.result} for play in plays))
    assert sum(good[0]["daily"]["mean"][:30]) > sum(bad[0]["daily"]["mean"][:30])
    assert plays[0].result["outlooks"][1]["daily"] == plays[0].result["outlooks"][2]["daily"]
    campaign.sign_in(client, "county_lead", "110117")
    address = reverse("plans_exercise_compared", args=[plays[0].pk])
    page = client.get(f"{address}?with={plays[1].pk}").content.decode()
    assert "55 / 55" in page and "6 / 55" in page and "打手电继续接种" in page
    assert client.get(f"{address}?with={made.pk}x").status_code == 404


def test_a_script_of_one_s_own_and_its_next_version(client: Client, site: Site) -> None:
    text = script_text("vaccine_late").replace("id: vaccine_late", "id: own", 1)
    with pytest.raises(script_actions.ScriptUnusable):
        script_actions.bring(by=COUNTY, area_code="110117", data=text.replace("at: 90", "at: 900").encode())
    for data in (text.encode("gbk"), b"x" * 200_001):
        with pytest.raises(Refusal):
            script_actions.bring(by=COUNTY, area_code="110117", data=data)
    assert not ExerciseScript.objects.unscoped(campaign.ALL).exists()
    first = script_actions.bring(by=COUNTY, area_code="110117", data=text.encode())
    assert script_actions.bring(by=COUNTY, area_code="110117", data=text.encode()).pk == first.pk
    with pytest.raises(BadInput):
        prepared(script=str(first.pk))
    script_actions.step(by=COUNTY, script_id=first.pk, named="use")
    made = prepared(script=str(first.pk))
    step(made, "start")
    second = script_actions.bring(
        by=COUNTY, area_code="110117", data=text.replace("at: 25", "at: 2").encode()
    )
    script_actions.step(by=COUNTY, script_id=second.pk, named="use")
    with pytest.raises(refusals.ScriptNotSo):
        script_actions.step(by=COUNTY, script_id=second.pk, named="use")
    (shown,) = exercise_queries.own_scripts(COUNTY)
    assert (shown.id, shown.version) == (second.pk, 2)
    with minutes_later(3):
        assert [each.id for each in row_of(made).script.arrived("store", 3)] == [
            "notice"
        ]  # it keeps its own copy
    campaign.sign_in(client, "county_lead", "110117")
    address = reverse("plans_script_bring")
    assert "id: own" in client.get(f"{address}?from={second.pk}").content.decode()
    assert client.get(f"{address}?from=none").status_code == 404
    wrong = {"area_code": "110117", "text": text.replace("by: store", "by: nobody")}
    answer = client.post(address, wrong)
    page = answer.content.decode()
    assert (
        answer.status_code == 400 and "没有角色 nobody" in page and "by: nobody" in page
    )  # what was written is kept
    assert client.post(address, {"area_code": "110117", "text": " "}).status_code == 400
    assert (
        client.post(address, {"area_code": "110117", "text": text.replace("at: 25", "at: 3")}).status_code
        == 302
    )
    assert client.get(reverse("plans_script", args=[second.pk])).status_code == 200

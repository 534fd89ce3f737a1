"""A county plans its campaign, shares the targets out to villages and lines, sets some by hand, and issues them."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from tests.modules import campaign as tiny

from yingjie.areas import unit_actions as units
from yingjie.areas.models import Area
from yingjie.campaigns import actions, key_figures, queries, refusals
from yingjie.campaigns.models import Campaign, LineTarget, Milestone, Phase, Target
from yingjie.foundation import clock
from yingjie.foundation.journal.models import Entry
from yingjie.foundation.refusals import BadInput, NotAllowed, NotFound
from yingjie.people import unit_actions
from yingjie.people.group_counts import NO_LINE, Group, by_area_and_line

pytestmark = pytest.mark.django_db

COUNTY = tiny.actor("county_lead", "110117")
TOWN = tiny.actor("town_lead", tiny.TOWN)
VILLAGE = tiny.actor("village_officer", tiny.VILLAGE)
OTHER_TOWN = "110117002"
JUNE, JULY, AUGUST = date(2021, 6, 30), date(2021, 7, 31), date(2021, 8, 1)


@pytest.fixture(autouse=True)
def here(db: None) -> Iterator[None]:
    tiny.places()
    Area.objects.create(code=OTHER_TOWN, name="兴谷街道", level="town", parent_id="110117", pinyin="x")
    Area.objects.create(
        code=f"{OTHER_TOWN}001", name="丙村", level="village", parent_id=OTHER_TOWN, pinyin="b"
    )
    with clock.at(tiny.NOON):
        yield


def people(number: int, area: str, first: int, birth_on: date = date(1980, 1, 1)) -> list[Any]:
    return [tiny.person(serial, area=area, birth_on=birth_on) for serial in range(first, first + number)]


@pytest.fixture
def milestone() -> Milestone:
    """95 % of 30 adults: 12 in the first village, 8 in the second, 10 in another township. Four of the first village teach."""
    first = people(12, tiny.VILLAGE, 1)
    people(8, tiny.OTHER_VILLAGE, 101)
    people(10, f"{OTHER_TOWN}001", 201)
    people(3, tiny.VILLAGE, 301, date(2015, 1, 1))
    school = units.open_unit(by=COUNTY, area_code=tiny.VILLAGE, name="第一小学", kind="school")
    for each in first[:4]:
        unit_actions.employ(
            by=COUNTY, person_id=each.pk, unit_id=school.pk, position="教师", from_on=date(2021, 1, 1)
        )
    return planned()


def planned(**group: Any) -> Milestone:
    made = actions.plan(
        by=COUNTY, title="夏季攻坚", area_code="110117", starts_on=date(2021, 5, 1), ends_on=JULY
    )
    asked = {
        "title": "18–59岁第1剂",
        "dose": 1,
        "from_on": date(2021, 5, 1),
        "age_from": 18,
        "age_until": 59,
    } | group
    phase = actions.add_phase(by=COUNTY, campaign_id=made.pk, **asked)
    return actions.set_milestone(by=COUNTY, phase_id=phase.pk, on=JUNE, share=Decimal("0.95"))


def targets(milestone: Milestone) -> dict[str, int]:
    rows = Target.objects.unscoped(tiny.ALL).filter(milestone=milestone)
    return dict(rows.values_list("area_id", "target"))


def by_line(milestone: Milestone) -> dict[str, int]:
    found: dict[str, int] = {}
    for line, target in (
        LineTarget.objects.unscoped(tiny.ALL).filter(milestone=milestone).values_list("line", "target")
    ):
        found[line] = found.get(line, 0) + target
    return found


def test_targets_come_from_the_ledger_and_every_sum_agrees(milestone: Milestone) -> None:
    assert actions.decompose(by=COUNTY, milestone_id=milestone.pk) == 29  # 28.5, rounded up
    assert targets(milestone) == {
        "110117": 29, tiny.TOWN: 19, tiny.VILLAGE: 11, tiny.OTHER_VILLAGE: 8, OTHER_TOWN: 10, f"{OTHER_TOWN}001": 10,
    }  # fmt: skip
    assert by_line(milestone) == {"education": 4, NO_LINE: 25}
    cells = LineTarget.objects.unscoped(tiny.ALL).filter(milestone=milestone, area_id=tiny.VILLAGE)
    assert dict(cells.values_list("line", "target")) == {"education": 4, NO_LINE: 7}
    assert Entry.objects.filter(verb="campaigns.decompose").count() == 1


def test_the_group_is_counted_by_age_and_population_group_on_the_day() -> None:
    people(2, tiny.VILLAGE, 1, date(2003, 5, 19))  # 18 today
    people(1, tiny.VILLAGE, 11, date(2003, 5, 20))  # 18 tomorrow
    people(1, tiny.VILLAGE, 21, date(1961, 5, 20))  # 59 until today
    people(1, tiny.VILLAGE, 31, date(1961, 5, 19))  # 60 today
    adults = Group(18, 59)
    assert by_area_and_line(COUNTY, "110117", tiny.TODAY, adults) == {(tiny.VILLAGE, NO_LINE): 3}
    assert by_area_and_line(COUNTY, "110117", date(2021, 5, 20), adults) == {(tiny.VILLAGE, NO_LINE): 3}
    assert by_area_and_line(COUNTY, "110117", tiny.TODAY, Group(60)) == {(tiny.VILLAGE, NO_LINE): 1}
    assert by_area_and_line(COUNTY, "110117", tiny.TODAY, Group(category="teacher")) == {}
    assert by_area_and_line(VILLAGE, tiny.OTHER_VILLAGE, tiny.TODAY, Group()) == {}


def test_a_figure_set_by_hand_stays_and_the_villages_beside_it_give(milestone: Milestone) -> None:
    actions.decompose(by=COUNTY, milestone_id=milestone.pk)
    actions.set_by_hand(
        by=TOWN, milestone_id=milestone.pk, area_code=tiny.VILLAGE, target=13, reason="工地集中"
    )
    assert targets(milestone)[tiny.VILLAGE] == 13
    assert targets(milestone)[tiny.OTHER_VILLAGE] == 6
    assert targets(milestone)["110117"] == sum(by_line(milestone).values()) == 29
    people(5, tiny.OTHER_VILLAGE, 401)
    assert actions.decompose(by=COUNTY, milestone_id=milestone.pk) == 34  # 33.25
    row = Target.objects.unscoped(tiny.ALL).get(milestone=milestone, area_id=tiny.VILLAGE)
    assert (row.target, row.by_hand, row.reason, row.set_by) == (13, 13, "工地集中", "town_lead")
    actions.set_by_hand(by=TOWN, milestone_id=milestone.pk, area_code=tiny.VILLAGE, target=None)
    after = Target.objects.unscoped(tiny.ALL).get(milestone=milestone, area_id=tiny.VILLAGE)
    assert (after.by_hand, after.reason, after.target) == (None, "", after.by_people)


def test_whoever_sets_a_figure_answers_for_the_level_above(milestone: Milestone) -> None:
    actions.decompose(by=COUNTY, milestone_id=milestone.pk)
    before = targets(milestone)
    for who, code, refusal in (
        (TOWN, tiny.TOWN, NotAllowed),
        (VILLAGE, tiny.VILLAGE, NotAllowed),
        (TOWN, f"{OTHER_TOWN}001", NotFound),
    ):
        with pytest.raises(refusal):
            actions.set_by_hand(by=who, milestone_id=milestone.pk, area_code=code, target=1, reason="x")
    with pytest.raises(refusals.ReasonMissing):
        actions.set_by_hand(by=COUNTY, milestone_id=milestone.pk, area_code=tiny.TOWN, target=1, reason=" ")
    with pytest.raises(refusals.DoesNotFit) as refused:
        actions.set_by_hand(by=COUNTY, milestone_id=milestone.pk, area_code=tiny.TOWN, target=30, reason="x")
    assert "30" in refused.value.say_reason()
    assert targets(milestone) == before


def test_a_lines_target_is_set_by_hand_too(milestone: Milestone) -> None:
    actions.decompose(by=COUNTY, milestone_id=milestone.pk)
    actions.set_line_by_hand(
        by=COUNTY, milestone_id=milestone.pk, line="education", target=2, reason="多人禁忌"
    )
    assert by_line(milestone) == {"education": 2, NO_LINE: 27}
    assert sum(targets(milestone)[code] for code in (tiny.TOWN, OTHER_TOWN)) == 29
    with pytest.raises(NotFound):
        actions.set_line_by_hand(by=COUNTY, milestone_id=milestone.pk, line="police", target=2, reason="x")
    with pytest.raises(refusals.DoesNotFit):
        actions.set_line_by_hand(
            by=COUNTY, milestone_id=milestone.pk, line="education", target=30, reason="x"
        )
    assert by_line(milestone) == {"education": 2, NO_LINE: 27}


def test_issued_targets_are_seen_below_and_are_not_shared_out_again(milestone: Milestone) -> None:
    with pytest.raises(refusals.NotShared):
        actions.issue(by=COUNTY, milestone_id=milestone.pk)
    actions.decompose(by=COUNTY, milestone_id=milestone.pk)
    with pytest.raises(NotFound):
        queries.board(VILLAGE, milestone.pk)
    actions.issue(by=COUNTY, milestone_id=milestone.pk)
    seen = queries.board(VILLAGE, milestone.pk)
    assert (seen.area.code, seen.total.target, seen.below, seen.may_set) == (tiny.VILLAGE, 11, (), False)
    assert {row.key: row.target for row in seen.lines} == {"education": 4, NO_LINE: 7}
    with pytest.raises(NotFound):
        queries.board(VILLAGE, milestone.pk, tiny.OTHER_VILLAGE)
    for act in (actions.decompose, actions.issue, actions.remove_milestone):
        with pytest.raises(refusals.AlreadyIssued):
            act(by=COUNTY, milestone_id=milestone.pk)
    with pytest.raises(refusals.AlreadyIssued):
        actions.remove_phase(by=COUNTY, phase_id=milestone.phase_id)
    actions.set_by_hand(by=COUNTY, milestone_id=milestone.pk, area_code=tiny.TOWN, target=18, reason="移交")
    assert [(view.title, step.target) for view, step in queries.issued(TOWN, tiny.TOWN)] == [
        ("18–59岁第1剂", 18)
    ]


def test_a_phase_can_be_shared_by_stated_figures(milestone: Milestone) -> None:
    figures = key_figures.read(COUNTY, "110117", "甲村　１２０\n110117001002, 80\n\n")
    assert figures == {tiny.VILLAGE: 120, tiny.OTHER_VILLAGE: 80}
    actions.state_key(by=COUNTY, phase_id=milestone.phase_id, figures=figures)
    assert actions.decompose(by=COUNTY, milestone_id=milestone.pk) == 190
    assert (targets(milestone)[tiny.VILLAGE], by_line(milestone)) == (114, {NO_LINE: 190})
    actions.state_key(by=COUNTY, phase_id=milestone.phase_id, figures=None)
    assert targets(milestone) == {}
    assert actions.decompose(by=COUNTY, milestone_id=milestone.pk) == 29


@pytest.mark.parametrize(
    ("text", "line"),
    [("甲村 12\n某某村 4", 2), ("甲村", 1), ("甲村 1\n甲村 2", 2), ("甲村 1.5", 1), ("甲村 -3", 1)],
)
def test_a_line_of_stated_figures_that_cannot_be_read_is_named(text: str, line: int) -> None:
    with pytest.raises(refusals.KeyUnreadable) as refused:
        key_figures.read(COUNTY, "110117", text)
    assert refused.value.facts["line"] == line


def test_what_contradicts_a_campaign_is_refused_and_changes_nothing(milestone: Milestone) -> None:
    phase, plan = milestone.phase, milestone.phase.campaign
    group = {"title": "60岁以上", "dose": 1, "from_on": date(2021, 5, 1)}
    for refusal, act in (
        (refusals.TitleTaken, lambda: planned()),
        (BadInput, lambda: actions.plan(by=COUNTY, title=" ", area_code="110117", starts_on=JUNE, ends_on=JULY)),
        (BadInput, lambda: actions.plan(by=COUNTY, title="秋", area_code="110117", starts_on=JULY, ends_on=JUNE)),
        (NotAllowed, lambda: actions.plan(by=TOWN, title="秋", area_code="110117", starts_on=JUNE, ends_on=JULY)),
        (refusals.OutsideCampaign, lambda: actions.change(by=COUNTY, campaign_id=plan.pk, title="a", starts_on=JULY, ends_on=JULY)),
        (refusals.OutsideCampaign, lambda: actions.set_milestone(by=COUNTY, phase_id=phase.pk, on=AUGUST, share=Decimal(1))),
        (refusals.DayTaken, lambda: actions.set_milestone(by=COUNTY, phase_id=phase.pk, on=JUNE, share=Decimal(1))),
        (BadInput, lambda: actions.set_milestone(by=COUNTY, phase_id=phase.pk, on=JULY, share=Decimal("2.01"))),
        (refusals.UnknownCategory, lambda: actions.add_phase(by=COUNTY, campaign_id=plan.pk, **group, category="nobles")),
        (BadInput, lambda: actions.add_phase(by=COUNTY, campaign_id=plan.pk, **group, age_from=60, age_until=18)),
        (NotFound, lambda: actions.add_phase(by=VILLAGE, campaign_id=plan.pk, **group)),
        (refusals.NobodyInGroup, lambda: actions.decompose(by=COUNTY, milestone_id=_of_nobody(plan).pk)),
    ):  # fmt: skip
        before = (Campaign.objects.unscoped(tiny.ALL).count(), Milestone.objects.unscoped(tiny.ALL).count())
        with pytest.raises(refusal):
            act()
        if refusal is not refusals.NobodyInGroup:
            assert before == (
                Campaign.objects.unscoped(tiny.ALL).count(),
                Milestone.objects.unscoped(tiny.ALL).count(),
            )


def _of_nobody(plan: Campaign) -> Milestone:
    phase = actions.add_phase(
        by=COUNTY, campaign_id=plan.pk, title="百岁", dose=1, from_on=date(2021, 5, 1), age_from=100
    )
    return actions.set_milestone(by=COUNTY, phase_id=phase.pk, on=JULY, share=Decimal(1))


def test_the_pages_walk_from_plan_to_issue(client: Client, milestone: Milestone) -> None:
    tiny.sign_in(client, "county_lead", "110117")
    plan = milestone.phase.campaign_id
    assert "夏季攻坚" in client.get("/campaigns/").content.decode()
    assert "18–59岁第1剂" in client.get(f"/campaigns/{plan}/").content.decode()
    shared = client.post(f"/campaigns/milestones/{milestone.pk}/share/")
    assert (shared.status_code, shared.url) == (302, f"/campaigns/milestones/{milestone.pk}/")
    page = client.get(shared.url).content.decode()
    assert "滨河街道" in page and "教育" in page and "最大余数法" in page
    wrong = client.post(
        f"/campaigns/milestones/{milestone.pk}/area/110117/set/", {"key": tiny.TOWN, "target": "12"}
    )
    assert wrong.status_code == 400 and "须写明原因" in wrong.content.decode()
    right = client.post(
        f"/campaigns/milestones/{milestone.pk}/area/110117/set/",
        {"key": tiny.TOWN, "target": "18", "reason": "外出多"},
    )
    assert right.status_code == 302 and targets(milestone)[tiny.TOWN] == 18
    line = client.post(
        f"/campaigns/milestones/{milestone.pk}/lines/set/", {"key": "education", "target": "3", "reason": "x"}
    )
    assert line.status_code == 302 and by_line(milestone)["education"] == 3
    assert client.post(f"/campaigns/milestones/{milestone.pk}/issue/").status_code == 302
    assert "已下达" in client.get(f"/campaigns/{plan}/").content.decode()
    form = client.post(
        "/campaigns/plan/", {"title": "夏季攻坚", "starts_on": "2021-05-01", "ends_on": "2021-06-01"}
    )
    assert form.status_code == 409 and "已存在" in form.content.decode()
    made = client.post(
        f"/campaigns/{plan}/phases/add/",
        {"title": "60岁以上", "dose": "1", "from_on": "2021-06-01", "age_from": "60"},
    )
    assert made.status_code == 302
    phase = Phase.objects.unscoped(tiny.ALL).get(title="60岁以上")
    assert client.get(f"/campaigns/phases/{phase.pk}/change/").status_code == 200
    assert client.post(f"/campaigns/phases/{phase.pk}/key/", {"text": "乙村 9"}).status_code == 302
    assert (
        client.post(
            f"/campaigns/phases/{phase.pk}/milestones/add/", {"on": "2021-07-01", "percent": "80"}
        ).status_code
        == 302
    )
    assert client.post(f"/campaigns/phases/{phase.pk}/remove/").status_code == 302

"""People to sessions: every rule kept, never worse than proven, and the very best wherever everything can be tried."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.kit.assignment.worlds import FIRST_DAY, cheapest_of_all, ints, random_world

from vaxkit.assignment.check import broken_rules
from vaxkit.assignment.explain import Explainer
from vaxkit.assignment.plan import LEFT
from vaxkit.assignment.problem import Problem
from vaxkit.assignment.refused import Impossible
from vaxkit.assignment.replan import replan
from vaxkit.assignment.rules import pin_problem
from vaxkit.assignment.solve import solve
from vaxkit.assignment.stock import SiteStock


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6), following=st.booleans())
def test_a_small_county_gets_the_best_plan_there_is(seed: int, following: bool) -> None:
    problem = random_world(seed, following=following)
    plan = solve(problem)
    assert broken_rules(problem, plan) == []
    assert plan.cost == cheapest_of_all(problem)
    assert plan.bound <= plan.cost


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6))
def test_a_larger_county_keeps_every_rule_and_its_bound(seed: int) -> None:
    problem = random_world(
        seed, people=150, places=8, sites=3, days=8, products=3, seats=(2, 8), doses=(5, 30), following=seed % 2 == 0
    )  # fmt: skip
    plan = solve(problem)
    assert broken_rules(problem, plan) == []
    assert 0 < plan.bound <= plan.cost


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6))
def test_the_quick_road_never_claims_more_than_the_truth(seed: int) -> None:
    """Without the exact model of small problems: sound, and its bound below the best plan."""
    problem = random_world(seed, following=seed % 2 == 0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("vaxkit.assignment.solve.FEW", -1)
        patch.setattr("vaxkit.assignment.solve.SOME", -1)
        plan = solve(problem)
    assert broken_rules(problem, plan) == []
    assert plan.bound <= cheapest_of_all(problem) + 1e-6


@pytest.mark.parametrize(("people", "seed"), [(90, 3), (120, 4)])
def test_whole_households_fill_tiny_sessions_and_the_bound_knows_it(people: int, seed: int) -> None:
    """Sessions of one to three seats: prices alone leave a gap here that no better plan explains."""
    problem = random_world(
        seed, people=people, places=4, sites=3, days=8, seats=(1, 3), doses=(5, 30), following=True
    )
    plan = solve(problem)
    assert broken_rules(problem, plan) == []
    assert plan.gap == 0.0


def test_the_same_problem_gives_the_same_plan() -> None:
    problem = random_world(3, people=300, places=9, sites=3, days=8, seats=(2, 9), doses=(9, 40))
    first, second = solve(problem), solve(problem)
    assert np.array_equal(first.session, second.session)
    assert np.array_equal(first.batch, second.batch)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6))
def test_the_order_of_people_does_not_matter_to_the_cost(seed: int) -> None:
    problem = random_world(seed, people=6)
    order = np.random.default_rng(seed).permutation(len(problem.people))
    people = problem.people
    columns = {
        name: getattr(people, name)[order] for name in people.__slots__ if name != "ids"
    }  # fmt: skip
    shuffled = replace(problem, people=replace(people, ids=tuple(people.ids[i] for i in order), **columns))
    assert solve(shuffled).cost == solve(problem).cost


def _open_world() -> Problem:
    """Seats and doses for everybody everywhere, so that only what a test takes away is scarce."""
    found = random_world(5, people=60, places=4, sites=3, days=6)
    seats = replace(
        found.sessions, seats=np.full_like(found.sessions.seats, 60), products=found.sessions.products * 0
    )
    batches = replace(
        found.batches,
        doses=np.full_like(found.batches.doses, 200),
        site=ints([i // 2 for i in range(6)]),
        product=ints([i % 2 for i in range(6)]),
        first_day=np.full_like(found.batches.first_day, FIRST_DAY),
        last_day=np.full_like(found.batches.last_day, FIRST_DAY + 30),
    )
    return replace(found, sessions=seats, batches=batches)


def test_a_pin_is_kept_and_an_impossible_pin_is_refused() -> None:
    problem = _open_world()
    who = 7
    possible = [s for s in range(len(problem.sessions.ids)) if pin_problem(problem, who, s) is None]
    impossible = [s for s in range(len(problem.sessions.ids)) if pin_problem(problem, who, s) is not None]
    pinned = problem.people.pinned.copy()
    pinned[who] = possible[-1]
    held = replace(problem, people=replace(problem.people, pinned=pinned))
    plan = solve(held)
    assert plan.session[who] == possible[-1]
    assert broken_rules(held, plan) == []
    pinned[who] = impossible[0]
    with pytest.raises(Impossible) as refused:
        solve(replace(problem, people=replace(problem.people, pinned=pinned)))
    assert refused.value.code == "assignment.pin"


def test_when_a_site_closes_the_others_keep_their_hour() -> None:
    problem = _open_world()
    before = solve(problem)
    closed = int(np.bincount(problem.sessions.site[before.session[before.session >= 0]]).argmax())
    seats = np.where(problem.sessions.site == closed, 0, problem.sessions.seats)
    after_problem = replace(problem, sessions=replace(problem.sessions, seats=seats))
    product = np.where(before.batch >= 0, problem.batches.product[before.batch], -1)
    after = replan(after_problem, before.session, before.later, product)
    assert broken_rules(after_problem, after) == []
    unaffected = (before.session >= 0) & (problem.sessions.site[before.session] != closed)
    home = problem.people.household
    moved_homes = set(home[(before.session >= 0) & ~unaffected].tolist())
    free_to_stay = unaffected & ~np.isin(home, list(moved_homes))
    assert free_to_stay.sum() > 0
    assert np.array_equal(after.session[free_to_stay], before.session[free_to_stay])
    assert not np.any(problem.sessions.site[after.session[after.session >= 0]] == closed)


def test_when_nothing_happens_nobody_moves() -> None:
    problem = random_world(
        11, people=120, places=6, sites=3, days=8, seats=(4, 12), doses=(20, 60), following=True
    )
    before = solve(problem)
    product = np.where(before.batch >= 0, problem.batches.product[before.batch], -1)
    after = replan(problem, before.session, before.later, product)
    assert broken_rules(problem, after) == []
    stays = before.session >= 0
    assert np.array_equal(after.session[stays], before.session[stays])
    assert after.cost <= before.cost


def test_everybody_can_be_told_why() -> None:
    problem = random_world(21, people=40, places=3, seats=(2, 6), doses=(5, 20))
    plan = solve(problem)
    explainer = Explainer(problem, plan)
    for who in range(len(problem.people)):
        told = explainer.explain(who)
        assert told.session == plan.session[who]
        assert told.because.zh.endswith("。")
        assert told.because.en.endswith(".")
        codes = {other.session: other.code for other in told.alternatives}
        assert len(codes) == len(problem.sessions.ids) - (plan.session[who] != LEFT)
        for session, code in codes.items():
            assert (code == "rule") == (pin_problem(problem, who, session) is not None)


def test_what_is_called_full_is_full() -> None:
    problem = random_world(21, people=40, places=3, seats=(2, 6), doses=(5, 20))
    plan = solve(problem)
    taken = np.bincount(plan.session[plan.session >= 0], minlength=len(problem.sessions.ids))
    explainer = Explainer(problem, plan)
    seen = 0
    for who in range(len(problem.people)):
        for other in explainer.explain(who).alternatives:
            free = problem.sessions.seats[other.session] - taken[other.session]
            if other.code == "full":
                seen += 1
                assert free < np.count_nonzero(problem.people.household == problem.people.household[who])
            elif other.code in ("dearer", "open"):
                assert free > 0
    assert seen > 0


def test_a_dose_is_found_by_moving_others_to_another_batch() -> None:
    """Two early doses were set aside from the batch that keeps; a late one needs it, so they move to the one that expires."""
    stock = SiteStock(products=[0, 0], first=[1, 1], last=[3, 9], room=[1, 2], rows=[0, 1])
    assert stock.give(2, 1, 3) == 3
    assert stock.give(8, 1, 1) == 0
    stock.take_back(2, 1, 1)
    assert stock.give(8, 1, 1) == 1
    assert stock.give(2, 1, 1) == 0


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    asked=st.lists(st.tuples(st.integers(0, 5), st.integers(1, 7), st.integers(1, 3)), max_size=8),
    batches=st.lists(
        st.tuples(st.integers(0, 2), st.integers(0, 5), st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=4
    ),
)  # fmt: skip
def test_no_dose_is_refused_that_some_arrangement_could_give(
    asked: list[tuple[int, int, int]], batches: list[tuple[int, int, int, int]]
) -> None:
    ordered = sorted(batches, key=lambda batch: batch[1] + batch[2])
    stock = SiteStock(
        products=[product for product, _f, _l, _n in ordered],
        first=[first for _p, first, _l, _n in ordered],
        last=[first + length for _p, first, length, _n in ordered],
        room=[doses for *_rest, doses in ordered],
        rows=list(range(len(ordered))),
    )
    wishes: list[tuple[int, int]] = []
    for day, products, doses in asked:
        for _one in range(doses):
            served = stock.give(day, products, 1)
            assert served == _can_all_be_served([*wishes, (day, products)], ordered)
            wishes += [(day, products)] * served


def _can_all_be_served(wishes: list[tuple[int, int]], batches: list[tuple[int, int, int, int]]) -> bool:
    """By Hall's theorem: no set of wishes may be larger than the doses that suit any of them."""
    kinds = sorted(set(wishes))
    for chosen in range(1, 1 << len(kinds)):
        some = [kind for bit, kind in enumerate(kinds) if chosen >> bit & 1]
        wanted = sum(wishes.count(kind) for kind in some)
        there = sum(
            doses
            for product, first, length, doses in batches
            if any(products >> product & 1 and first <= day <= first + length for day, products in some)
        )
        if wanted > there:
            return False
    return True

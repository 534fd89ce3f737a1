"""A day, a place and a dose for everybody's next dose, or the shortage by its name."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from vaxkit.campaign.reserving import NEAR_DAYS, STORE, Doses, Hold, Later, Room, reserve

DAY = date(2021, 6, 1)
FOREVER = date(2022, 1, 1)


def on(step: int) -> date:
    return DAY + timedelta(step)


def rooms(site: str, days: int, seats: int, staff: int | None = None) -> dict[tuple[str, date], Room]:
    return {(site, on(step)): Room(seats, staff) for step in range(days)}


def test_everybody_has_a_day_where_room_and_doses_do() -> None:
    found = reserve(
        [Later("a", ("x",), on(2), on(6), 25)],
        rooms("a", 10, 10),
        [Doses("a", "x", 30, DAY, FOREVER)],
        DAY,
        10,
    )
    assert found.kept == {("a", on(2)): 10, ("a", on(3)): 10, ("a", on(4)): 5}
    assert (found.short, found.latest_delay("a")) == ((), 2)


def test_what_lacks_is_named_with_the_day() -> None:
    doses = [Doses("a", "x", 100, DAY, FOREVER)]
    later = Later("a", ("x",), on(1), on(2), 25)

    def lack(room: dict[tuple[str, date], Room], held: list[Doses]) -> tuple[date, int, str]:
        (short,) = reserve([later], room, held, DAY, 10).short
        return short.by, short.people, short.lacks

    assert lack(rooms("a", 10, 10), doses) == (on(2), 5, "seats")
    assert lack(rooms("a", 10, 20, staff=5), doses) == (on(2), 15, "staff")
    assert lack(rooms("a", 10, 20), [Doses("a", "x", 10, DAY, on(1))]) == (on(2), 15, "doses")
    assert lack({}, doses) == (on(2), 25, "seats")


def test_whose_time_runs_out_comes_first_and_the_store_helps_every_site() -> None:
    laters = [Later("a", ("x",), on(1), on(1), 4), Later("b", ("x", "y"), on(1), on(3), 4)]
    room = rooms("a", 5, 9) | rooms("b", 5, 9)
    store = [Doses(STORE, "x", 5, on(1), FOREVER)]
    (short,) = reserve(laters, room, store, DAY, 5).short
    assert (short.site, short.people, short.by, short.lacks) == ("b", 3, on(3), "doses")


def test_what_a_site_holds_back_of_its_own() -> None:
    """Near days from the fridge, far ones from the store as long as it has any; nothing for those with a place or past waiting."""
    laters = [
        Later("a", ("x",), on(1), on(20), 4),
        Later("a", ("x",), on(2), on(20), 3, is_held=False),
        Later("a", ("x",), on(3), on(3), 2, is_promised=True),
        Later("a", ("x",), on(NEAR_DAYS + 1), on(20), 6),
    ]
    held = [Doses("a", "x", 20, DAY, FOREVER), Doses(STORE, "x", 5, DAY, FOREVER)]
    found = reserve(laters, rooms("a", 30, 10), held, DAY, 30)
    assert found.short == ()
    assert found.holds == (Hold("a", on(1), ("x",), 4, 4), Hold("a", on(NEAR_DAYS + 1), ("x",), 6, 1))


def test_a_promise_needs_no_room_but_a_dose() -> None:
    promised = Later("a", (), on(1), on(1), 3, is_promised=True)
    found = reserve([promised], {("a", on(1)): Room(0)}, [Doses("a", "z", 2, DAY, FOREVER)], DAY, 3)
    assert found.kept == {("a", on(1)): 2} and found.short[0].people == 1


_PEOPLE = st.builds(
    lambda site, wanted, more, people: Later(site, ("x",), on(wanted), on(wanted + more), people),
    st.sampled_from("ab"), st.integers(0, 8), st.integers(0, 6), st.integers(1, 9),
)  # fmt: skip


@given(st.lists(_PEOPLE, max_size=12), st.integers(0, 6), st.integers(0, 60))
def test_nobody_is_lost_and_nothing_is_given_twice(laters: list[Later], seats: int, doses: int) -> None:
    room = rooms("a", 20, seats) | rooms("b", 20, seats)
    found = reserve(laters, room, [Doses(STORE, "x", doses, DAY, FOREVER)], DAY, 20)
    kept = sum(found.kept.values())
    assert kept + sum(each.people for each in found.short) == sum(each.people for each in laters)
    assert kept <= doses and all(people <= seats for people in found.kept.values())
    assert sum(found.delays.values()) == kept
    assert sum(each.people for each in found.holds) == kept and not any(each.doses for each in found.holds)
    if seats >= 60 and doses >= 200:
        assert found.short == ()

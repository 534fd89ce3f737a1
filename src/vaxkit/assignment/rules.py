"""The rules that every single assignment obeys, written down once more, person by person, for pins, explanations and checks."""

import numpy as np

from vaxkit.assignment.problem import Problem
from vaxkit.vocabulary import Text


def pin_problem(problem: Problem, person: int, session: int) -> Text | None:
    """Why a person may not come to a session, leaving aside seats and doses; None: they may."""
    people, sessions = problem.people, problem.sessions
    site, day = int(sessions.site[session]), int(sessions.day[session])
    place = int(people.place[person])
    if day < people.earliest[person]:
        return Text("早于可接种日期", "it is before the first day on which the dose may be given")
    if day > people.latest[person]:
        return Text("晚于最迟接种日期", "it is after the last day of the window")
    if people.sites[person] and not people.sites[person] >> site & 1:
        return Text("该类人群不在此点接种", "this group of people does not go to that site")
    km = float(problem.km[place, site])
    if not np.isfinite(km) or not _is_near(problem, place, site):
        return Text("该地不使用此接种点", "that place does not use this site")
    if km > people.farthest[person]:
        return Text("超过可前往的距离", "it is farther than the person can go")
    mask = int(sessions.products[session])
    if mask and not mask & int(people.products[person]):
        return Text("该场次没有可用的疫苗品种", "the session offers none of the person's products")
    return None


def _is_near(problem: Problem, place: int, site: int) -> bool:
    if problem.nearest_sites is None:
        return True
    row = problem.km[place]
    return int(np.argsort(row, kind="stable").tolist().index(site)) < problem.nearest_sites

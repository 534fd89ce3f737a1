"""What comes out: who comes where and when, with which product, and why nobody could do much better."""

from dataclasses import dataclass

import numpy as np

from vaxkit.assignment.problem import Ints, Problem

#: `session` of somebody who is left over.
LEFT = -1


@dataclass(frozen=True, slots=True)
class Plan:
    """One entry per person of the problem. `session` and `later` index sessions (-1: none, -2 in `later`: after the plan's end);
    `batch` and `later_batch` index batches. `bound` is proven: no feasible plan costs less."""

    session: Ints
    batch: Ints
    later: Ints
    later_batch: Ints
    cost: int
    bound: float

    @property
    def gap(self) -> float:
        """How far the plan is from the bound, as a share of the bound (0.005 = at most half a percent above the best)."""
        return (self.cost - self.bound) / self.bound if self.bound > 0 else float(self.cost > 0)

    @property
    def left_over(self) -> int:
        return int((self.session == LEFT).sum())


def cost_of(problem: Problem, session: Ints, among: Ints) -> int:
    """What an assignment costs for these people, one by one: the way, the lateness, the hour, or the price of being left over."""
    people, sessions, costs = problem.people, problem.sessions, problem.costs
    comes = among[session[among] != LEFT]
    at = session[comes]
    way = problem.journeys()[people.place[comes], sessions.site[at]]
    due = np.maximum(people.due[comes], problem.first_day)
    late = np.maximum(sessions.day[at] - due, 0) * costs.per_day_late * people.weight[comes]
    left = costs.left_over * people.weight[among[session[among] == LEFT]]
    return int((way + late + sessions.burden[at]).sum() + left.sum())

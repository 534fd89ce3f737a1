"""After a disturbance: whoever is not affected stays where they are, the others get the best of what is left.

A site closes, a batch comes late, a session loses seats: write the problem as it is now, hand over the old plan, and
everybody whose session, seat and dose still stand is held (`holding.py`).
"""

from vaxkit.assignment.holding import hold
from vaxkit.assignment.plan import Plan
from vaxkit.assignment.problem import Ints, Problem
from vaxkit.assignment.solve import solve


def replan(problem: Problem, session: Ints, later: Ints, product: Ints) -> Plan:
    """A plan for `problem` in which people keep their old sessions wherever that is still possible.

    Per person of `problem`: the old `session` and `later` session, by index into its sessions (-1: had none, or it is gone;
    `later`
    -2: after the plan), and the old `product` (-1: none). Where fewer seats or doses are left than people hold, the
    heaviest weights keep theirs. Raises Impossible as `solve` does.
    """
    return solve(problem, held=hold(problem, session, later, product))

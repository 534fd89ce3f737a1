"""The front door: a plan, a number of days and a seed into a result."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from vaxkit.simulation.plan import SitePlan

if TYPE_CHECKING:
    from vaxkit.simulation.results import SimulationResult


def simulate(
    plan: SitePlan,
    *,
    replications: int = 100,
    seed: int = 1,
    threads: int | None = None,
    tell: Callable[[int], None] | None = None,
) -> SimulationResult:
    """Simulate `replications` days of the plan.

    The result depends on plan, replications and seed only, not on `threads` (None: one for each core). `tell` hears how many days
    are done; what it raises ends the run.
    Raises ValueError when replications or threads are not positive.
    """
    if replications < 1 or (threads is not None and threads < 1):
        raise ValueError("replications and threads must be 1 at least")
    # Numba takes a second to import; whoever only reads plans does not pay for it.
    from vaxkit.simulation import engine
    from vaxkit.simulation.compiling import compile_plan
    from vaxkit.simulation.results import collect

    program = compile_plan(plan)
    out = engine.run(program, count=replications, seed=seed, threads=threads, tell=tell)
    return collect(plan, program, out, seed=seed)

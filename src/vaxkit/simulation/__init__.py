"""One site's day, simulated: a plan goes in, waits, queues, utilisation and waste come out with their uncertainty.

    plan = read_plan(document)                          a mapping (YAML, JSON) -> SitePlan, or Faulty
    result = simulate(plan, replications=200, seed=1)   -> SimulationResult, the same bits for the same seed
    staffing.smallest_staffing(...)                     how many servers, where and when, for a promise
    staffing.bearable_load(...)                         what a staffing bears

Map
    site-plan.schema.json   the document; `examples/` holds whole ones
    reading, distributions  document -> plan, or every fault with where and what to do, in two languages
    reading_sense, sizes    what only a whole plan can get wrong; how large its day is
    observed, fitting       a clinic's moments -> service times -> distributions, with how well they fit
    plan                    the plan as frozen values
    compiling, layout       plan -> arrays
    kernel, moments         the compiled event loop of a day, and what it asks seldom
    arrivals, streams       who comes; luck as a function of person and purpose
    blocks, engine, summing     replications, over threads; what each leaves, summed up
    results, tables         arrays -> frozen values -> words
    approximations          Erlang and friends in closed form
    staffing, loads, trials simulation in the loop, started from the approximations

`python -m vaxkit.simulation` runs, checks and explains plans. Numba is imported when something is simulated,
not before.
"""

from __future__ import annotations

from vaxkit.faults import Fault, Faulty
from vaxkit.simulation.plan import SitePlan
from vaxkit.simulation.reading import read_plan
from vaxkit.simulation.running import simulate

__all__ = ["Fault", "Faulty", "SitePlan", "read_plan", "simulate"]

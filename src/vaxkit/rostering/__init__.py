"""Who works when: shifts of a site around the clock, filled by people with certificates, rest and wishes.

    problem.py    what is to be staffed, by whom, under which rules
    check.py      whether duties keep every rule, and why somebody cannot take one more: written apart from the solver
    price.py      what a roster costs: gaps, changes, wishes not met, unfairness
    model.py      the same as an integer model (OR-Tools CP-SAT)
    solve.py      gaps first, then everything else; the same seed gives the same roster
    explain.py    why a gap cannot be filled: which rule, which night, by how many people
    documents.py  problems and rosters as JSON, with a schema

`python -m vaxkit.rostering solve PLAN.json` does it from a file.
"""

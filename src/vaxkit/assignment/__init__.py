"""People to sites and sessions, at the least cost that can be proven.

    problem.py    what is to be assigned, as columns        documents.py  the same as a JSON document with a schema
    units.py      households and single people, grouped exactly
    network.py    the aggregated flow (OR-Tools)            prices.py     what the flow cannot see, as prices; the proof
    stock.py      doses matched to days, exactly            booking.py    seats and doses, never promised twice
    seating.py    from flow to plan                         solve.py      the whole road
    explain.py    why this site and time, what else was possible
    replan.py     after a disturbance, leaving the others in place
    check.py      whether a plan keeps every rule, written apart from all that

`python -m vaxkit.assignment solve PROBLEM.json` does it from a file.
"""

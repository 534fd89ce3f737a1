"""People to sites and sessions, at the least cost that can be proven.

    problem.py    what is to be assigned, as columns        documents.py  the same as a JSON document with a schema
    units.py      households and single people, grouped exactly
    hubs.py       sessions of one site and day together     choices.py    what each group can do, as a graph
    exact.py      small problems to the optimum (SCIP)      market.py     large ones by prices, with their proof
    balance.py    prices at which what is wanted is there   choosing.py   the compiled kernels
    dealing.py    from prices to places                     room.py       the last few by hand
    repair.py     the last few where seats are scattered    solve.py      the whole road
    stock.py      doses matched to days, exactly            booking.py    seats and doses, never promised twice
    seating.py    pins and those held booked, plans written
    holding.py    who stays when something changes          replan.py     a plan after a disturbance
    explain.py    why this site and time, what else was possible
    check.py      whether a plan keeps every rule, written apart from all that

`python -m vaxkit.assignment solve PROBLEM.json` does it from a file.
"""

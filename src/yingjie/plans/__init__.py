"""Plans 推演: tomorrow at a site, who goes where, what is delivered to whom, the campaign to its end, exercises at a table.

Owns: Scenario (a day at a site, simulated). Never changes a fact; what it proposes is applied through the actions of those who
own it (bookings, stock), whole or not at all.

day_basis     what the ledger says about a day at a site: who is booked, who comes, how long turns take, who is on duty
day_document  that, as a site plan of vaxkit.simulation (pure)      day_editing   a copy with other staff or arrivals (pure)
day_words     a simulated day in plain sentences and figures        drawing       figures as SVG geometry (pure)

Verbs: draw_up, vary, simulate, find_staffing, drop.
"""

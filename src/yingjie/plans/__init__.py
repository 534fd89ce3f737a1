"""Plans 推演: tomorrow at a site, who goes where, what is delivered to whom, the campaign to its end, exercises at a table.

Owns: scenarios of a day, proposals, boards of sessions, supply plans, later doses as reckoned, campaign runs, exercises and their
scripts, points of sites. Never changes a fact; what it proposes is applied through the actions of those who
own it (bookings, stock), whole or not at all.

day_basis     what the ledger says about a day at a site: who is booked, who comes, how long turns take, who is on duty
day_document  that, as a site plan of vaxkit.simulation (pure)      day_editing   a copy with other staff or arrivals (pure)
board         sessions moved about, and what follows (pure)            ways, points  how far people go
later_facts, later_doses   whether everybody gets the next dose in time  siting_*      sites needed for a daily load
roster_needs  staff of a plan as needs of the site's roster             running       what computes in the background
day_words     a simulated day in plain sentences and figures        drawing       figures as SVG geometry (pure)

Verbs: draw_up, vary, simulate, find_staffing, drop; propose, put, apply, undo, replan; change, step and apply a board; ask, send;
start, again; prepare, decide, reckon; bring a script; hand_over; set_points.
"""

"""The demo county: invented people on real divisions, and an invented campaign some weeks old.

    population    generate(size, seed, today, divisions) → County: villages, grids, households, people
    households    who lives with whom: couples, children, grandparents, from an age structure
    names         names as each decade gave them
    documents     identity numbers and phones that are valid in form and plainly false
    history       the campaign as facts in time order: deliveries, doses, visits
    supply        deliveries of lots to sites, vial codes
    visits        officers at the doors, and the reasons they hear

The invention is pure: it looks at no clock, no file outside this folder, no network and no database; the same size, seed
and day give the same county. On top of it stands what brings it into the product:

    timeline      the campaign as the sites saw it: desks, numbers, who waits and who is observed at this moment
    through_actions, in_bulk   two roads into the database with equal rows: the real actions, and COPY
    open_work     bulletins of the last days, a reserve of vaccine with codes to scan, a roster waiting for review
    officers      who answers for whom in the township, two days of rounds
    mobilised     who goes first, the deferred, a complaint, a support team
    planned       what the task force has planned: tomorrow, who goes where, a board, doses, the campaign, an exercise
    accounts      one for every role, on the sign-in page of a demo instance only
    actions       load(…): all of it, or nothing

Nobody in it is real; every number says so (see ``documents``).
"""

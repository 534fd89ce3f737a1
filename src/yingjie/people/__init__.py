"""The population ledger 底册台账: every resident of the campaign's area, once.

Owns: people with documents, phones, households, guardians, groups, health and whereabouts; where and when each counts; rosters,
sources and doubts; gaps. Never knows doses, bookings or reasons. Verbs: those that `actions` offers.

    loading.py         the one way into the tables, for one person or fifty thousand (a number's key is claimed first)
    residents.py       who counts where on a day, as known at a moment; spans.py (pure) and restating.py, the one writer of stays
    dynamics.py        moves, ends, returns, corrections, and taking the last one back; documents.py, households.py,
                       circumstances.py (what holds for a time), checks.py (what every verb asks)
    person_page.py     all of a person that the actor may see; gaps.py, gap_queries.py: who is not in the ledger
    search.py          what somebody typed into a search box, as a condition
    ledger_queries.py  the ledger as a list, ledger_list.py how it looks
    imports.py         rosters; roster/ reads and judges their lines by the column, roster_reading.py, roster_judging.py,
                       roster_writing.py and roster_undo.py bring file, ledger and lines together; bulk_loading.py, ledger_frame.py:
                       many people in and out of the tables as sets; import_previews.py: a look before a file is read
    reviews.py         the questions that doubtful lines and double records leave; merging.py (later modules register how their
                       rows follow), snapshots.py: what takes an answer back
    data/              surnames, headings of rosters, the words of every fate
"""

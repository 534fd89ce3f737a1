"""Reading a roster (law 8): which column is which field, what its lines say, and what their fates are. Nothing here writes.

columns     the fields, the headings they go by, the proposal which column is which
columnar    pages of cells → what the lines say, by the column; `lines` reads one by one what is not written plainly
documents   which document a line names
judging     what lines say, beside what the ledger holds → new, same, changed, doubtful or refused
changes     what a changed line changes, in words
households  which household of the ledger a household of the roster is
reasons     the words of every fate, in both languages
pages       how lines are kept: by the page, pressed, to be sealed
"""

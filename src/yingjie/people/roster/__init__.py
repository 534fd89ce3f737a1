"""Reading a roster (law 8): which column is which field, what a line says, and what its fate is. Nothing here writes.

columns   the fields, the headings they go by, the proposal which column is which
lines     one line of cells → what it says about a person, with everything that speaks against it
fates     what it says, beside what the ledger holds → new, same, changed, doubtful or refused
households  which household of the ledger a household of the roster is
reasons   the words of every fate, in both languages
keeping   cells and proposals as the text in which they are kept, encrypted
"""

"""The population ledger 底册台账: every resident of the campaign's area, once.

Owns: Person, IdentityDocument, DocumentKey, Phone, RosterImport, RosterRow. Never knows doses, bookings or reasons. Verbs:
register, change, correct_number, move, leave, reveal, propose_import, remap_import, commit_import, discard_import, undo_import.

    loading.py         the one way into the tables, for one person or fifty thousand (a number's key is claimed first)
    search.py          what somebody typed into a search box, as a condition
    ledger_queries.py  the ledger as a list, ledger_list.py how it looks
    imports.py         rosters; roster/ reads and judges their lines, roster_writing.py writes them and takes them back
    data/              surnames, headings of rosters, the words of every fate
"""

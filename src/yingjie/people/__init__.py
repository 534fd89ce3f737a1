"""The population ledger 底册台账: every resident of the campaign's area, once.

Owns: Person, IdentityDocument, DocumentKey, Phone, RosterImport, RosterRow. Never knows doses, bookings or reasons. Verbs:
register, change, move, leave, reveal, propose_import, commit_import, discard_import, undo_import.
"""

"""The journal: an append-only, hash-chained record of every write, every reveal and every export.

Owns: Entry, ChainHead. Never holds an identity number, a phone or a diagnosis. Verbs: record, anchor; `verify` finds a changed,
missing or reordered row.

An entry belongs to one of a few chains (by its actor, so that two people do not wait for each other). Each entry's hash covers
its content and the hash before it, keyed with a key that is not in the database; an anchor file outside the database remembers how
long each chain was, so that a tail cut off together with its head is found too.
"""

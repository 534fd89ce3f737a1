"""Stock: lots, vials, and the ledger of every movement of doses between places and states.

Owns: Lot, Movement (append-only), Balance (what the movements sum to, never negative), Vial (a scanned code and the doses left
in it). Never knows who was vaccinated. Verbs: receive, take (a dose for a person), waste, count,
hold, release, suspend_lot, resume_lot.
"""

"""Doses: the record of truth. Who got what, when, where, from which vial; and the standing that follows from it.

Owns: Dose, Standing (a cache of dates, rebuilt from doses, conditions and rules; it never stores 'is due today'), DoseClaim and
Proof (doses given elsewhere). Never decides who may be vaccinated here and now. Verbs: record, correct, amend; claim, add_proof,
accept, refuse, reopen; rebuild_standings, refresh_standings, measure_policy.

    judging    facts and rules in, what Standing keeps out (pure)      standings  the one updater
    telling    vaxkit's reasons in words, health left out where need be  effects  what a switch of policy changes for whom
    claims     doses elsewhere, claim_queries their reads              proofs     what may be handed in, told by content
"""

"""Doses: the record of truth. Who got what, when, where, from which vial; and the standing that follows from it.

Owns: Dose, Standing (a cache of dates, rebuilt from doses and rules; it never stores 'is due today'). Never decides who may be
vaccinated here and now. Verbs: record, correct, rebuild_standings.
"""

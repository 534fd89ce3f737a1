"""Outreach 敲门行动: visits to residents and what they said.

Owns: Attempt. Never knows doses. A refusal is a right and is recorded as one, with its reason.

words      outcomes and reasons in the users' words
screen     visits and reasons as the pages show them (pure)
queries    history of a person, reasons by area and age band
actions    record_attempt

Verbs: record_attempt.
"""

"""Outreach 敲门行动: visits to residents and what they said.

Owns: Attempt. Never knows doses. Verbs: record_attempt. A refusal is a right and is recorded as one.
"""

"""Oversight: the daily bulletin 每日通报.

Owns: Bulletin (frozen when issued). Never changes a fact that it reports. Verbs: draft, issue.
"""

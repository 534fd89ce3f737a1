"""Oversight: the daily bulletin 每日通报.

Owns: Bulletin (frozen when issued). Never changes a fact that it reports, never counts one person at a time in Python.

content     what a bulletin says, as frozen values and as canonical JSON (pure)
compiling   counts by village → lines, totals, places (pure)
paper       a bulletin's content → foundation's neutral report in one of two languages
screen      a bulletin's content → what the page shows (pure)
queries     draft, issued, archive, file, progress
actions     issue

Verbs: draft, issue.
"""

"""Sites: where people are vaccinated, and the stores that vaccine comes from.

Owns: Site. Never knows stock or visits. Verbs: open_site, change.
"""

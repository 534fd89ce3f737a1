"""The visit to a site: registered, vaccinated and under observation, left; or turned away with the reason.

Owns: Visit. Never evaluates a schedule itself and never moves stock itself. Verbs:
register, vaccinate, turn_away, leave, take_back. Its table of states is workflow.py.
"""

"""Campaigns: phases by group and dose, their milestones, and the targets that each area and line has to reach by a day.

Owns campaigns, phases, milestones, targets, the figures set by hand and their reasons. Never counts doses: how far everybody
is belongs to
whoever reads the record of doses. Verbs: plan, change, add_phase, change_phase, remove_phase, set_milestone, remove_milestone,
state_key,
decompose, set_by_hand, set_line_by_hand, issue.
"""

"""Oversight 督导: what a task force sees every evening and what it does about it.

Owns: bulletins and day plans (frozen), cards with their steps, score sheets and commendations, hand counts, kept questions,
boundaries of the wall map. Never changes a fact that it reports, never counts one person at a time in Python.

bulletin    content, compiling, sections (pure) · drafting, outlook · queries, actions, reproducing · paper, screen · rankings
counts      counting, relations: from the rows · former: what was written over since · kept, kept_steps: sums that follow the rows
pace        pace, pace_limits: tasks against what sites, staff and vaccine allow · day_figures, day_screen: an area's day in figures
wall map    wall: figures by area · wall_drawing: what is drawn · boundaries: those that somebody brings
day plan    day_plans, day_facts, day_plan_actions: frozen in the morning, compared in the evening
cards       workflow, card_figures, card_actions, card_queries, card_words, card_paper
scores      scoring, score_actions, score_queries
balance     balance and its list, paper, screen, actions
figures     free_query with its words and kept questions · quality: signals that open their rows

Verbs: draft, issue, freeze, propose, decide, reply, settle, commend, bring.
"""

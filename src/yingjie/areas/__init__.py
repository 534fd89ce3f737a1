"""Areas 行政区划: the division tree, province to micro-grid. Every person, site, task and figure belongs to a node of it.

Owns: Area, AreaName (former and popular names), AreaChange (renames, merges: the tree's history). Never knows who lives there.
Verbs: load (a county from the shipped divisions), add_local (grid, micro-grid), rename, merge.

A code's parent is its prefix (11 · 1101 · 110117 · 110117001 · 110117001001 · grid +2 · micro-grid +2), so that every roll-up
and every scope is a prefix condition.
"""

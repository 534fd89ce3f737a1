"""vaxkit: the decisions of a vaccination campaign as pure functions.

Nothing here knows a database, a web framework, the clock or chance: facts come in as arguments and a frozen
value goes out. Only `vaxkit.ruledata` opens files, and only those that lie in it.

Map
    vocabulary     shared value types: Text (Chinese and English), Status, Sex, Source, Problem
    workflow       states and steps as one checked table: what may be done next, and why not; its diagram
    identity       resident numbers, phones, names and dates as they stand in rosters; masking
    immunization   schedule and given doses -> which doses count, what is next, when, because of what
    ruledata       the loader: the rules in force as YAML, each with its document, date and mark
    coverage       numerators over denominators, printed, ranked and rolled up, defined once

Marks on facts (`Source.mark`): "V" read in the named source, "2" read in a page that quotes it, "M" from
memory, to be verified.
"""

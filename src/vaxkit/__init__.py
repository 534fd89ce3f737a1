"""vaxkit: the decisions of a vaccination campaign as pure functions.

Nothing here knows a database, a web framework, the clock or chance: facts come in as arguments and a frozen
value comes out. Today, a seed and a limit are arguments. Only `vaxkit.ruledata` opens files, and only its
own.

Map
    vocabulary     value types that everything shares: Text (Chinese and English), Status, Sex, Source,
                   Problem
    workflow       states and steps as one checked table; what may be done next, and why not; its diagram
    identity       resident numbers, phones, names and dates as they stand in rosters; masking
    immunization   schedules, products, given doses -> which doses count, what is next, when, and because of
                   what
    ruledata       the loader: the rules in force as YAML, each with its document, date and mark
    coverage       numerators over denominators, printed, ranked and rolled up, defined once

Marks on facts (`Source.mark`): "V" read in the named source, "2" read in a page that quotes it, "M" to be
verified.
"""

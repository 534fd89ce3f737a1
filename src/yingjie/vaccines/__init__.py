"""Vaccines: products with their makers and packs, and the policies that say who gets which, as texts with versions.

Owns: Platform, Manufacturer, Product, Presentation (copies of vaxkit's rule data, for joins), Policy, PolicyVersion (the texts
themselves, each in force from a day that somebody chose). Never knows a lot, a dose or a person: what a switch of policy changes
for whom is counted by `doses`. Verbs: load_products, load_shipped, add_version, note_effects, activate, withdraw.

    rules      the rules of a day: every version that holds on it, laid over one another
    groups     which groups of the ledger the rules see as which observation
    course     what the rules offer to whoever has had nothing yet: from which age, how many doses
    switching  who hears that the rules have changed
"""

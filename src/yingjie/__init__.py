"""Yingjie 应接: the operations platform for mass-vaccination campaigns.

Remembers, shows and synchronises; everything that decides, plans or simulates lives in `vaxkit`, which knows nothing of this
package. From low to high, and each may use only those before it:

    foundation  access, journal, crypto, jobs, tabular, documents, postgres, clock, refusals: not one word of the field
    web         the shell: navigation, lists, Today, registries where modules hang their pages and panels
    areas       the division tree: province to grid
    people      the population ledger 底册台账, and the import that fills it
    vaccines    products and the schedules that they follow
    sites       vaccination sites and stores
    stock       lots, vials, and every movement of them
    doses       the record of truth: who got what; standing follows from it
    outreach    visits to residents, and the reasons that they give
    clinic      the visit to a site: registered, vaccinated, observed, left
    oversight   the daily bulletin
    demo, cli   the demo county and the command line `yj`

Each module has the same rooms (workflow, models, queries, actions, forms, views, urls, jobs, templates); see
docs/architecture.md.
"""

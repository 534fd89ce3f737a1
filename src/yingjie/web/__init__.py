"""The shell: what every page looks like, and the places where modules hang their parts. It decides nothing about the field.

Owns: the layouts (base, station, board, print, bare), the components (templatetags/web.py), the list component (lists.py), the
wizard (wizard.py) and its drafts, the Today page, the error and refusal pages, the sign-in pages, language switching, and the
vendored front-end files. Table: Draft.

Modules take part through registry.py, from a file `web_entries.py` of their own that is imported at start-up: entries of the left
navigation, lines and progress bars of the Today page, panels of a person's page, words of status.

Never: reads another module's rows, knows a rule of the field (vocabulary.py only lists the shared words of navigation and status),
carries style or script inside a template. Verbs: save_draft, discard_draft.
"""

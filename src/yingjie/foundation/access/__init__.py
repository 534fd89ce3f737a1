"""Who may: users, roles on nodes of the area tree from a day until a day, and the two walls that hold them to it.

    roles.py     the few roles and the permissions that each carries
    actor.py     the actor: who acts, with which roles, today. Every query and action takes one.
    scoping.py   querysets of area- or site-linked rows raise until visible_to(actor) was called
    gates.py     every view names its permission; a route to a view that names none fails at import

Owns: User, Grant. Never decides what can be done now (that is a workflow's guard). Verbs: create_user, grant_role, end_grant,
set_password, deactivate.
"""

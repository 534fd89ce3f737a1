"""The vaccine groups beside the campaign's: influenza in its season, a catch-up. A person stands in each by the rules of today.

standing_due(person_id, on)              the standing that somebody at a site is asked about: of the group that is due
standings_beside(actor, person_id, on)   what a person's page tells of the others
"""

from datetime import date
from uuid import UUID

from vaxkit.vocabulary import Status, Text
from yingjie.doses import keeping, queries, standings
from yingjie.doses.queries import StandingView
from yingjie.foundation.access.actor import Actor
from yingjie.vaccines import rules
from yingjie.vaccines.queries import CAMPAIGN_GROUP

_DUE = (Status.DUE, Status.OVERDUE)


def standing_due(person_id: UUID, on: date) -> StandingView:
    """Where a person stands in the vaccine group of which a dose is due, the campaign's before others; where none is due, in the
    campaign's. Of a person whom the caller was authorised for."""
    live = list(keeping.live(person_id))
    facts, policies = standings.facts_of(person_id, live), rules.rules(on)
    in_campaign = queries.standing_from(person_id, facts, live, policies, on)
    others = (name for name in policies.groups if name != CAMPAIGN_GROUP)
    each = (queries.standing_from(person_id, facts, live, policies, on, group=name) for name in others)
    return next((row for row in (in_campaign, *each) if row.status in _DUE), in_campaign)


def group_titles(on: date) -> dict[str, Text]:
    """The vaccine groups that the rules of a day know besides the campaign's, in their order, with their words."""
    groups = rules.rules(on).groups
    return {name: row.title or Text(name, name) for name, row in groups.items() if name != CAMPAIGN_GROUP}


def standings_beside(actor: Actor, person_id: UUID, on: date) -> dict[str, StandingView]:
    """Where a person stands in the other groups that concern them: something is next, or a dose was given. Raises NotFound."""
    each = {group: queries.standing(actor, person_id, on, group) for group in group_titles(on)}
    return {group: row for group, row in each.items() if row.next_number or row.numbers_taken}

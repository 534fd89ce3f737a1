"""Areas as choices of a form or filter, said as a clerk of the county says them."""

from yingjie.areas import queries as areas
from yingjie.foundation.access.actor import Actor
from yingjie.people import queries
from yingjie.people.queries import PersonView

FROM_COUNTY, FROM_TOWN = ("county", "town", "village"), ("town", "village", "grid")


def homes(actor: Actor) -> list[tuple[str, str]]:
    """Where the actor may enter people: villages with their grids."""
    home = areas.home_area(actor)
    if home is None:
        return []
    return _said([row.code for row in areas.homes_under(actor, home.code, "people.change")])


def heads(actor: Actor, person: PersonView) -> list[tuple[str, str]]:
    """Whose household a person may join: the heads of the same village, at most three hundred."""
    return [
        (str(row.id), f"{row.name} · {row.address}")
        for row in queries.heads_of(actor, person.area_code[:12])[:300]
    ]


def importable(actor: Actor) -> list[tuple[str, str]]:
    """Of what the actor may import a roster: their own area, and townships and villages below it."""
    return _said(_codes(actor, "people.import", FROM_COUNTY))


def filterable(actor: Actor) -> list[tuple[str, str]]:
    """By what the ledger can be narrowed: down to villages for a county, down to grids for a township."""
    home = areas.home_area(actor)
    levels = FROM_COUNTY if home is None or len(home.code) <= 6 else FROM_TOWN
    return _said(_codes(actor, "people.view", levels))


def _codes(actor: Actor, permission: str, levels: tuple[str, ...]) -> list[str]:
    home = areas.home_area(actor)
    return (
        [] if home is None else [row.code for row in areas.open_under(actor, home.code, levels, permission)]
    )


def _said(codes: list[str]) -> list[tuple[str, str]]:
    said = areas.places(codes)
    return [(code, said[code]) for code in codes]

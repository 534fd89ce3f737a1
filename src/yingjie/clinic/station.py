"""Which site a computer works at today: chosen once, kept in the session; and what the vaccination station keeps between people."""

from uuid import UUID

from yingjie.foundation import clock
from yingjie.foundation.access.gates import ActorRequest
from yingjie.foundation.refusals import NotFound
from yingjie.sites import queries as sites

SITE, VIAL, DAY, PLACE = "station_site", "station_vial", "station_day", "station_place"
STATION_PERMISSIONS = ("clinic.register", "clinic.screen", "clinic.vaccinate", "clinic.observe")


def choices(request: ActorRequest) -> list[sites.SiteRow]:
    """The sites at which this actor may work at some station; stores are none."""
    found = {
        site.id: site
        for permission in STATION_PERMISSIONS
        for site in sites.sites(request.actor, permission)
        if site.kind != "store"
    }
    return sorted(found.values(), key=lambda site: (site.area_code, site.code))


def choose(request: ActorRequest, site_id: UUID) -> None:
    """Work at this site from now on. Raises NotFound."""
    if site_id not in {site.id for site in choices(request)}:
        raise NotFound()
    request.session[SITE] = str(site_id)
    request.session[DAY] = clock.today().isoformat()
    request.session.pop(VIAL, None)


def chosen(request: ActorRequest, permission: str) -> sites.SiteRow | None:
    """The site of this station, where the actor holds the station's permission; the only one there is needs no choosing. What was
    chosen on another day is asked again: a computer that was moved overnight must not go on for its former site."""
    possible = {str(site.id): site for site in sites.sites(request.actor, permission) if site.kind != "store"}
    kept = request.session.get(SITE, "")
    if kept in possible and (len(possible) == 1 or request.session.get(DAY) == clock.today().isoformat()):
        return possible[kept]
    return next(iter(possible.values())) if len(possible) == 1 else None


def place(request: ActorRequest) -> str:
    """The words by which this computer is called on the boards ("3"); kept once they were given."""
    if "place" in request.POST:
        request.session[PLACE] = request.POST["place"].strip()[:20]
    return str(request.session.get(PLACE, ""))


def keep_vial(request: ActorRequest, code: str, doses_left: int) -> None:
    """The vial in the vaccinator's hand: same vaccine, next person. An empty one is put down; nothing is written for it."""
    if doses_left and request.session.get(VIAL) != code:
        request.session[VIAL] = code


def kept_vial(request: ActorRequest) -> str:
    return str(request.session.get(VIAL, ""))

"""The accounts of a demo instance: one for every role, on nodes where there is something to see.

All share one password that the sign-in page prints. Roles that need a second factor have an authenticator with a known
secret, whose code of the moment stands on the page too. Both are public: they open invented people only, and exist only
where the demo county was loaded.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.conf import settings

from yingjie.areas import queries as areas
from yingjie.areas import unit_queries
from yingjie.demo.history import Campaign
from yingjie.demo.models import LoadedCounty
from yingjie.foundation.access import actions as access
from yingjie.foundation.access.actor import Actor, Held
from yingjie.foundation.access.models import Grant
from yingjie.foundation.access.roles import ROLES
from yingjie.sites import queries as sites
from yingjie.web.registry import DemoAccount

PASSWORD = "yingjie-demo"


@dataclass(frozen=True)
class Account:
    """`node`: county, town, other_town, village, grid, or site (the large one: the role holds at that site alone). `line`: the line
    that a role of lines is held for."""

    username: str
    display_name: str
    role: str
    node: str
    line: str = ""

    @property
    def secret(self) -> str:
        """Of the authenticator; known to everybody who reads this."""
        return base64.b32encode(hashlib.sha1(f"yingjie demo {self.username}".encode()).digest()).decode()


ACCOUNTS: tuple[Account, ...] = (
    Account("county", "陈志远", "county_lead", "county"),
    Account("town", "刘桂兰", "town_lead", "town"),
    Account("town2", "赵海涛", "town_lead", "other_town"),
    Account("village", "王建军", "village_officer", "village"),
    Account("grid", "李秀梅", "grid_worker", "grid"),
    Account("line", "钱学文", "line_lead", "county", "education"),
    Account("health", "何静", "health_officer", "county"),
    Account("sitelead", "周明", "site_lead", "site"),
    Account("registrar", "孙丽", "registrar", "site"),
    Account("doctor", "沈国华", "screening_doctor", "site"),
    Account("vaccinator", "吴晓燕", "vaccinator", "site"),
    Account("observer", "郑红霞", "observer", "site"),
    Account("store", "冯国强", "store_keeper", "county"),
    Account("auditor", "蒋文", "auditor", "county"),
    Account("admin", "韩雪松", "administrator", "county"),
)


def nodes(told: Campaign) -> dict[str, str]:
    """The area code of every node that an account may stand on, in this county."""
    county = told.county
    villages = county.villages
    towns = {village.town_code for village in villages}
    busiest = _busiest(told)
    village = max(
        (each for each in villages if each.town_code == busiest),
        key=lambda each: (each.rural, each.people),
    )
    others = sorted(
        node.code for node in county.divisions if node.level == "town" and node.code != village.town_code
    )
    return {
        "county": county.code,
        "town": village.town_code,
        "other_town": next(
            (code for code in others if code in towns), others[0] if others else village.town_code
        ),
        "village": village.code,
        "grid": village.grids[0].code,
        "site": told.sites[0].area_code,
    }


def _busiest(told: Campaign) -> str:
    """The township with most villages, the first of those by code."""
    counts: dict[str, int] = {}
    for village in told.county.villages:
        counts[village.town_code] = counts.get(village.town_code, 0) + 1
    return max(sorted(counts), key=lambda code: counts[code])


def name_of(username: str) -> str:
    return next(each.display_name for each in ACCOUNTS if each.username == username)


def actor(told: Campaign, username: str) -> Actor:
    """Whoever signs in with this account, for what they did in the campaign's past. Not for those of the site."""
    account = next(each for each in ACCOUNTS if each.username == username)
    return Actor(
        username,
        (Held(account.role, nodes(told)[account.node], line_code=account.line),),
        title=account.display_name,
    )


def make(*, by: Actor, told: Campaign, site_id: UUID) -> None:
    """Make all accounts with their roles; `site_id` is the large site. Call it inside the load's transaction."""
    places = nodes(told)
    for account in ACCOUNTS:
        code = places[account.node]
        user = access.create_user(
            by=by, username=account.username, display_name=account.display_name, password=PASSWORD,
            must_change_password=False, area_code=code,
        )  # fmt: skip
        held_site = site_id if account.node == "site" else None
        access.grant_role(
            by=by,
            user_id=user.pk,
            role=account.role,
            area_code=code,
            site_id=held_site,
            line_code=account.line,
            from_on=told.began_on,
        )
        if Actor(account.username, (Held(account.role, code, held_site),)).needs_second_factor:
            TOTP.activate(user, account.secret)


def shown() -> Iterator[DemoAccount]:
    """What the sign-in page of a demo instance lists, once the county is there; nothing anywhere else."""
    if not settings.YINGJIE_DEMO or not LoadedCounty.objects.exists():
        return
    known = {account.username: account for account in ACCOUNTS}
    grants = {
        grant.user.username: grant
        for grant in Grant.objects.filter(user__username__in=known, user__is_active=True).select_related(
            "user"
        )
    }
    site_names = sites.names({grant.site_id for grant in grants.values() if grant.site_id})
    places = areas.places({grant.area_code for grant in grants.values()})
    for account in ACCOUNTS:
        grant = grants.get(account.username)
        if grant is None:
            continue
        role = ROLES[account.role]
        place = site_names[grant.site_id] if grant.site_id else places[grant.area_code]
        place = f"{place} · {unit_queries.titles_of_lines()[grant.line_code]}" if grant.line_code else place
        needs_code = Actor("", (Held(account.role, grant.area_code),)).needs_second_factor
        yield DemoAccount(
            role=role.title, area=place, username=account.username, password=PASSWORD,
            code=code_of(account) if needs_code else "",
        )  # fmt: skip


def code_of(account: Account) -> str:
    """The six digits of this moment. (The machine's time, as the check of the code takes it.)"""
    counters = list(yield_hotp_counters_from_time())
    return format_hotp_value(hotp_value(account.secret, counters[len(counters) // 2]))

"""A delivery, split over sites.

The rule, in this order, and stated wherever a split is shown:

1. *Later doses that are due* come first: whoever had a first dose gets the second in time.
2. *Max-min fairness*: the site whose covered share of its need is smallest gets the next pack. The worst-off site is then as well
   off as it can be, and no site got its last pack while another that could use one was worse off.
3. *Need* decides between equals: the site that lacks more doses first, then the name.

No site gets what it cannot use: not more packs than its uncovered need before the delivery expires, nor more than its
capacity lets it
give until then. What nobody can use stays in the store.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import ceil

from vaxkit.allocation.forecast import forecast
from vaxkit.allocation.supply import Batch, SiteSupply
from vaxkit.vocabulary import Text


@dataclass(frozen=True, slots=True)
class Delivery:
    """Doses of one product that can be split in packs of `pack` doses. `expires_on` is the last day of use."""

    product: str
    doses: int
    pack: int
    arrives_on: date
    expires_on: date


@dataclass(frozen=True, slots=True)
class Need:
    """What a site lacks of a product by the planning horizon when nothing is delivered: later doses due, and in all;
    what it needs in
    all; and the most it could use of this delivery."""

    due_lacking: int
    lacking: int
    total: int
    usable: int


@dataclass(frozen=True, slots=True)
class Share:
    """A site's part. `covered` is the share of its whole need that its stock and this part meet. `limit` names what ended it:
    need (all covered), capacity (could not give more in time), delivery (nothing was left)."""

    site: str
    packs: int
    doses: int
    for_due: int
    need: Need
    covered: Fraction
    limit: str
    because: Text


@dataclass(frozen=True, slots=True)
class Split:
    delivery: Delivery
    shares: tuple[Share, ...]
    #: Doses that stay in the store: nobody can use them in time, or they do not fill a pack.
    kept: int


def split(delivery: Delivery, sites: Sequence[SiteSupply], *, until: date) -> Split:
    """Split a delivery by the rule above, looking at demand until a day (included). Raises ValueError for a pack or
    date that cannot be.

    Pure and deterministic: the order of `sites` does not matter.
    """
    if delivery.pack < 1 or delivery.doses < 0 or until < delivery.arrives_on:
        raise ValueError("a pack holds a dose at least, and the horizon ends after the delivery arrives")
    needs = {site.id: need_of(site, delivery, until) for site in sites}
    packs = delivery.doses // delivery.pack
    given = dict.fromkeys(sorted(needs), 0)
    for_due = dict.fromkeys(sorted(needs), 0)
    packs -= _deal(
        given,
        packs,
        delivery.pack,
        {name: min(n.due_lacking, n.usable) for name, n in needs.items()},
        needs,
        due=True,
    )
    for name, count in given.items():
        for_due[name] = min(count * delivery.pack, needs[name].due_lacking)
    packs -= _deal(
        given, packs, delivery.pack, {name: n.usable for name, n in needs.items()}, needs, due=False
    )
    shares = tuple(_share(delivery, name, given[name], for_due[name], needs[name], packs) for name in given)
    return Split(delivery, shares, packs * delivery.pack + delivery.doses % delivery.pack)


def need_of(site: SiteSupply, delivery: Delivery, until: date) -> Need:
    """What a site lacks without the delivery, and how much of it the site could use before it expires."""
    wanted = site.demand.get(delivery.product)
    if wanted is None:
        return Need(0, 0, 0, 0)
    first = min([delivery.arrives_on, *wanted.due, *wanted.first])
    days = (until - first).days + 1
    without = forecast([site], first, days).of(site.id, delivery.product)
    at_end = without[-1]
    last_use = min(until, delivery.expires_on)
    plenty = Batch(delivery.product, 10**9, delivery.expires_on, delivery.arrives_on)
    more = SiteSupply(site.id, (*site.batches, plenty), site.demand, site.usual_capacity, site.capacity)
    with_it = forecast([more], first, days).of(site.id, delivery.product)
    usable = sum(day.used for day in with_it if day.day <= last_use) - sum(
        day.used for day in without if day.day <= last_use
    )
    total = sum(day.used for day in without) + at_end.short_due + at_end.short_first
    lacking = at_end.short_due + at_end.short_first
    return Need(min(at_end.short_due, max(usable, 0)), lacking, total, max(usable, 0))


def _deal(
    given: dict[str, int], packs: int, pack: int, wanted: dict[str, int], needs: dict[str, Need], *, due: bool
) -> int:
    """Deal packs one by one to the worst-off site that can still use one. Changes `given`; returns how many were dealt."""
    dealt = 0
    while dealt < packs:
        open_sites = [name for name in given if given[name] * pack < wanted[name]]
        if not open_sites:
            break
        worst = min(open_sites, key=lambda name: _standing(name, given[name] * pack, needs[name], due))
        given[worst] += 1
        dealt += 1
    return dealt


def _standing(name: str, doses: int, need: Need, due: bool) -> tuple[Fraction, int, str]:
    """How well off a site is: covered share, doses lacking (more lacking comes first), name."""
    lacking, total = (need.due_lacking, need.due_lacking) if due else (need.lacking, need.total)
    covered = Fraction(min(total - lacking + doses, total), total) if total else Fraction(1)
    return covered, -(lacking - doses), name


def _share(delivery: Delivery, name: str, packs: int, for_due: int, need: Need, left: int) -> Share:
    doses = packs * delivery.pack
    covered = (
        Fraction(min(need.total - need.lacking + doses, need.total), need.total)
        if need.total
        else Fraction(1)
    )
    if doses >= need.lacking:
        limit = "need"
    elif packs >= ceil(need.usable / delivery.pack):
        limit = "capacity"
    else:
        limit = "delivery"
    return Share(
        name,
        packs,
        doses,
        for_due,
        need,
        covered,
        limit,
        _because(delivery, doses, for_due, need, covered, limit),
    )


def _because(delivery: Delivery, doses: int, for_due: int, need: Need, covered: Fraction, limit: str) -> Text:
    share = f"{float(covered) * 100:.0f}%"
    zh = [f"缺 {need.lacking} 剂（其中到期的后续剂次 {need.due_lacking} 剂）", f"分得 {doses} 剂"]
    en = [
        f"lacks {need.lacking} doses ({need.due_lacking} of them later doses that are due)",
        f"gets {doses}",
    ]
    if for_due:
        zh.append(f"先保 {for_due} 剂后续剂次")
        en.append(f"{for_due} for later doses first")
    zh.append(f"需求满足 {share}")
    en.append(f"{share} of the need is covered")
    ends = {
        "need": Text("已全部满足", "nothing more is needed"),
        "capacity": Text(
            f"{delivery.expires_on} 前按接种能力用不完更多",
            f"more could not be given by {delivery.expires_on}",
        ),
        "delivery": Text("本批次已分完", "the delivery is used up"),
    }
    zh.append(ends[limit].zh)
    en.append(ends[limit].en)
    return Text("，".join(zh) + "。", "; ".join(en) + ".")


def horizon(days: int, first: date) -> date:
    """The last day of a horizon of so many days."""
    return first + timedelta(days - 1)

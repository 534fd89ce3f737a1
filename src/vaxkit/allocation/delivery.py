"""A delivery, split over sites.

The rule, in this order, and stated wherever a split is shown:

1. *Later doses that are due* come first: whoever had a first dose gets the second in time. Those count that the site cannot give
   out of its own stock, if it gave that to nobody else.
2. *Max-min fairness*: the site whose covered share of its need is smallest gets the next pack. The worst-off site is then as well
   off as it can be, and no site got its last pack while another that could use one was worse off.
3. *Need* decides between equals: the site that lacks more doses gets the next pack, then the name.

In the first step the share is that of its later doses, in the second that of everything the site needs until the horizon; what
its own stock covers counts in both. No site gets a pack of which it can use nothing: neither beyond its need nor beyond what it can
give before the delivery expires; the last pack may hold more than that. What nobody can use stays in the store. Packs that somebody
fixed by hand stand, and the others are dealt around them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from heapq import heapify, heappop, heappush

from vaxkit.allocation.forecast import Day, forecast
from vaxkit.allocation.supply import Batch, Demand, SiteSupply
from vaxkit.vocabulary import Text


@dataclass(frozen=True, slots=True)
class Delivery:
    """Doses of one product that can be split in packs of `pack` doses. `expires_on` is the last day of use."""

    product: str
    doses: int
    pack: int
    arrives_on: date
    expires_on: date
    lot: str = ""


@dataclass(frozen=True, slots=True)
class Need:
    """What a site needs of a product by the planning horizon: later doses that fall due, and in all; what it lacks of both when
    nothing is delivered; and the most it could use of this delivery for them."""

    due: int = 0
    due_lacking: int = 0
    due_usable: int = 0
    total: int = 0
    lacking: int = 0
    usable: int = 0

    def covered(self, doses: int) -> Fraction:
        """The share of the whole need that is met with so many doses of the delivery."""
        if not self.total:
            return Fraction(1)
        return Fraction(self.total - self.lacking + min(doses, self.usable), self.total)


@dataclass(frozen=True, slots=True)
class Share:
    """A site's part. `covered` is the share of its whole need that its stock and this part meet. `limit` names what ended it:
    need (all covered), capacity (could not give more in time), delivery (nothing was left), fixed (by hand)."""

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

    def batches(self) -> dict[str, Batch]:
        """What each site has on its way after this split."""
        made = self.delivery
        return {
            share.site: Batch(made.product, share.doses, made.expires_on, made.arrives_on, made.lot)
            for share in self.shares
            if share.doses
        }


def split(
    delivery: Delivery,
    sites: Sequence[SiteSupply],
    *,
    until: date,
    first: date | None = None,
    fixed: Mapping[str, int] | None = None,
) -> Split:
    """Split a delivery by the rule above, looking at demand until a day (included).

    `first` is the day on which the stock of the sites is as said (not given: the earliest of the arrival and the demand); `fixed`
    are packs by site that stand. Raises ValueError for a pack, a date or fixed packs that cannot be.

    Pure and deterministic: the order of `sites` does not matter.
    """
    if delivery.pack < 1 or delivery.doses < 0 or until < max(delivery.arrives_on, first or until):
        raise ValueError("a pack holds a dose at least, and the horizon ends after the delivery arrives")
    needs = {
        site.id: need_of(site, delivery, until, first) for site in sorted(sites, key=lambda each: each.id)
    }
    packs, by_hand = delivery.doses // delivery.pack, dict(fixed or {})
    if (
        not by_hand.keys() <= needs.keys()
        or min(by_hand.values(), default=0) < 0
        or sum(by_hand.values()) > packs
    ):
        raise ValueError("fixed packs are of sites that there are, and no more than the delivery has")
    given = {name: by_hand.get(name, 0) for name in needs}
    packs -= sum(by_hand.values())
    free = {name: need for name, need in needs.items() if name not in by_hand}
    packs -= _deal(given, packs, {name: _later(name, need, delivery.pack) for name, need in free.items()})
    for_due = {name: min(count * delivery.pack, needs[name].due_lacking) for name, count in given.items()}
    packs -= _deal(given, packs, {name: _whole(name, need, delivery.pack) for name, need in free.items()})
    shares = tuple(
        _share(delivery, name, given[name], for_due[name], needs[name], name in by_hand, until)
        for name in given
    )
    return Split(delivery, shares, packs * delivery.pack + delivery.doses % delivery.pack)


def split_all(
    deliveries: Sequence[Delivery],
    sites: Sequence[SiteSupply],
    *,
    until: date,
    first: date,
    fixed: Mapping[int, Mapping[str, int]] | None = None,
) -> tuple[tuple[Split, ...], tuple[SiteSupply, ...]]:
    """Several deliveries, the soonest to expire first, each knowing what the ones before it brought; and the sites with all of
    it.

    The splits stand in the order of `deliveries`; `fixed` are packs by row of `deliveries` and site. Raises ValueError as `split`.
    """
    order = sorted(
        range(len(deliveries)), key=lambda row: (deliveries[row].expires_on, deliveries[row].arrives_on, row)
    )
    held, found = tuple(sites), dict[int, Split]()
    for row in order:
        each = split(deliveries[row], held, until=until, first=first, fixed=(fixed or {}).get(row))
        more = each.batches()
        held = tuple(
            replace(site, batches=(*site.batches, more[site.id])) if site.id in more else site
            for site in held
        )
        found[row] = each
    return tuple(found[row] for row in range(len(deliveries))), held


def need_of(site: SiteSupply, delivery: Delivery, until: date, first: date | None = None) -> Need:
    """What a site lacks without the delivery, and how much of it the site could use before it expires."""
    wanted = site.demand.get(delivery.product)
    if wanted is None:
        return Need()
    start = first or min([delivery.arrives_on, *wanted.due, *wanted.first])
    plenty = Batch(delivery.product, wanted.doses, delivery.expires_on, delivery.arrives_on)
    later_only = replace(site, demand={name: Demand(due=each.due) for name, each in site.demand.items()})

    def lacking(place: SiteSupply, *more: Batch) -> tuple[int, Day]:
        days = forecast([replace(place, batches=(*place.batches, *more))], start, (until - start).days + 1)
        last = days.of(site.id, delivery.product)[-1]
        return last.short_due + last.short_first, last

    total = sum(people for days in (wanted.due, wanted.first) for on, people in days.items() if on <= until)
    due = sum(people for on, people in wanted.due.items() if on <= until)
    short, _last = lacking(site)
    usable = max(0, short - lacking(site, plenty)[0])
    short_due = min(lacking(later_only)[0], short)
    due_usable = min(max(0, short_due - lacking(later_only, plenty)[0]), usable)
    return Need(due, short_due, due_usable, total, short, usable)


@dataclass(frozen=True, slots=True)
class _Ladder:
    """How well off a site is with so many packs: strictly better with each, as long as it can use a dose of the next."""

    name: str
    total: int
    lacking: int
    usable: int
    pack: int

    @property
    def most(self) -> int:
        return -(-self.usable // self.pack)

    def standing(self, packs: int) -> tuple[Fraction, int, str]:
        """Covered share, doses lacking (more lacking comes first), name."""
        lacking = self.lacking - packs * self.pack
        return Fraction(self.total - lacking, self.total), -lacking, self.name

    def below(self, numerator: int, denominator: int) -> int:
        """So many packs are dealt here until the covered share is not below that any more."""
        doses = -(-(numerator * self.total) // denominator) - (self.total - self.lacking)
        return min(max(-(-doses // self.pack), 0), self.most)


def _later(name: str, need: Need, pack: int) -> _Ladder:
    return _Ladder(name, need.due, need.due_lacking, need.due_usable, pack)


def _whole(name: str, need: Need, pack: int) -> _Ladder:
    return _Ladder(name, need.total, need.lacking, need.usable, pack)


def _deal(given: dict[str, int], packs: int, ladders: Mapping[str, _Ladder]) -> int:
    """Deal packs one by one to the worst-off site that can still use one. Changes `given`; returns how many were dealt.

    All up to the highest common level that the packs reach are dealt at once, the few above it one by one.
    """
    before = sum(given[name] for name in ladders)
    room = packs + before
    low, high, fine = 0, 1 << 20, 1 << 20
    while low < high:
        middle = (low + high + 1) // 2
        if sum(max(given[name], each.below(middle, fine)) for name, each in ladders.items()) <= room:
            low = middle
        else:
            high = middle - 1
    given.update({name: max(given[name], each.below(low, fine)) for name, each in ladders.items()})
    waiting = [each.standing(given[name]) for name, each in ladders.items() if given[name] < each.most]
    heapify(waiting)
    left = room - sum(given[name] for name in ladders)
    while left and waiting:
        name = heappop(waiting)[2]
        given[name] += 1
        left -= 1
        if given[name] < ladders[name].most:
            heappush(waiting, ladders[name].standing(given[name]))
    return room - left - before


def _share(
    delivery: Delivery, name: str, packs: int, for_due: int, need: Need, by_hand: bool, until: date
) -> Share:
    doses = packs * delivery.pack
    if by_hand:
        limit = "fixed"
    elif doses >= need.lacking:
        limit = "need"
    elif doses >= need.usable:
        limit = "capacity"
    else:
        limit = "delivery"
    because = _because(doses, for_due, need, limit, min(until, delivery.expires_on))
    return Share(name, packs, doses, for_due, need, need.covered(doses), limit, because)


def _because(doses: int, for_due: int, need: Need, limit: str, last: date) -> Text:
    share = f"{_percent(need.covered(doses))}%"
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
    idle = max(0, doses - need.usable)
    ends = {
        "need": Text("已全部满足", "nothing more is needed"),
        "capacity": Text(f"到 {last} 为止用不了更多", f"more could not be given by {last}"),
        "delivery": Text("本批次已分完", "the delivery is used up"),
        "fixed": Text("由人工定", "set by hand"),
    }
    zh.append(ends[limit].zh)
    en.append(ends[limit].en)
    if limit == "fixed" and idle:
        zh.append(f"其中 {idle} 剂到 {last} 为止用不了")
        en.append(f"{idle} of them could not be given by {last}")
    return Text("，".join(zh) + "。", "; ".join(en) + ".")


def _percent(share: Fraction) -> int:
    """Rounded down, so that 100 % is said only where nothing is lacking."""
    return share.numerator * 100 // share.denominator

"""The balance of the ledger 台账平衡: one equation per area and day, and in words what does not agree and why.

Everybody who counts on the day stands in exactly one term (vaxkit.coverage.closing); the sums roll up along the tree, and what a
village counted by hand is compared with its line. The right to see an area's counts is `oversight.view` over it, so they are taken
by the product itself after that right was checked; the people behind a term are for whoever may see those people (`balance_list`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, F, Q, Sum

from vaxkit.coverage.balance import REGISTERED, Balance, Finding, Known, explain
from vaxkit.coverage.closing import in_order
from yingjie.areas import queries as areas
from yingjie.areas.queries import AreaRow
from yingjie.doses.models import Dose, DoseClaim
from yingjie.foundation import clock
from yingjie.foundation.access.actor import Actor, system
from yingjie.foundation.refusals import NotFound
from yingjie.foundation.snapshot import one_snapshot
from yingjie.outreach import campaign, closings
from yingjie.oversight.models import ReportedFigures
from yingjie.oversight.refusals import DayToCome
from yingjie.people.models import Person, PersonChange
from yingjie.people.queries import counted_on
from yingjie.people.residents import in_ledger

BELOW = {2: 4, 4: 6, 6: 9, 9: 12, 12: 14}
VILLAGE_DIGITS = 12
ALWAYS = ("away", "elsewhere_proved", "deferred", "contraindicated", "declined", "not_offered", "to_do")
_COUNTED = "counts of an area whose counts the caller may see"


@dataclass(frozen=True)
class BalanceLine:
    """One area's equation. `code` "" are people of the area above who stand in none of the areas listed. `reported` is what was
    counted there by hand, None where nothing was; `villages_reported` and `villages_differing` count the villages below."""

    code: str
    name: str
    balance: Balance
    reported: Mapping[str, int] | None = None
    villages: int = 0
    villages_reported: int = 0
    villages_differing: int = 0

    @property
    def differs(self) -> bool:
        return _differs(self.balance, self.reported)


@dataclass(frozen=True)
class BalancePage:
    """Everything that the page of an area and day shows. `known_at` None: as far as is known now."""

    area: AreaRow
    path: tuple[AreaRow, ...]
    on: date
    goal: int
    goals: tuple[int, ...]
    known_at: datetime | None
    codes: tuple[str, ...]
    lines: tuple[BalanceLine, ...]
    total: BalanceLine
    findings: tuple[Finding, ...]
    villages: tuple[BalanceLine, ...]

    @property
    def previous_on(self) -> date:
        return self.on - timedelta(days=1)

    @property
    def next_on(self) -> date | None:
        return self.on + timedelta(days=1) if self.on < clock.today() else None


def page(
    actor: Actor, area_code: str, on: date, goal: int = 0, *, as_known_then: bool = False
) -> BalancePage:
    """The balance of an area and day. `goal` 0: the campaign's first dose. `as_known_then`: as it was known when the day ended.

    Raises NotFound for an area whose counts the actor may not see or a dose that the campaign does not give, DayToCome.
    """
    area, goals = _area(actor, area_code), campaign.goals()
    goal = goal or goals[0]
    if goal not in goals:
        raise NotFound()
    if on > clock.today():
        raise DayToCome(on=on)
    known_at = ends_at(on) if as_known_then and on < clock.today() else None
    with one_snapshot():
        counted = counts(area_code, on, goal, known_at)
        people = registered(area_code, on, known_at)
        reported = _reported(area_code, on)
        known = _known(area_code, on, counted)
    listed = _listed(area)
    below = _villages(area)
    villages = _lines(people, counted, below, reported, {})
    lines = _lines(people, counted, listed, reported, {line.code: line for line in villages})
    total = _total(area, lines, reported, villages)
    used = {code for line in lines for code in line.balance.terms}
    codes = in_order(dict.fromkeys([*ALWAYS, *used], 0))
    above = tuple(row for row in areas.path(area_code)[:-1] if actor.may("oversight.view", row.code))
    return BalancePage(
        area=area, path=above, on=on, goal=goal, goals=goals, known_at=known_at, codes=codes, lines=lines, total=total,
        findings=explain(total.balance, total.reported, known), villages=villages,
    )  # fmt: skip


def counts(
    area_code: str, on: date, goal: int, known_at: datetime | None = None
) -> dict[tuple[str, str], int]:
    """(area code of at most 14 digits, term) → people. One SQL statement."""
    people = counted_on(on, known_at).rows(system("oversight"), area_code)
    return closings.counts(
        people, closings.Asked(on, goal, known_at), BELOW[VILLAGE_DIGITS], wide=len(area_code) <= 6
    )


def registered(area_code: str, on: date, known_at: datetime | None = None) -> dict[str, int]:
    """Area code of at most 14 digits → people of the ledger: counted apart from the terms, so that the equation can fail."""
    return counted_on(on, known_at).counts(system("oversight"), code=area_code, digits=BELOW[VILLAGE_DIGITS])


def reported(actor: Actor, area_code: str, on: date) -> dict[str, int]:
    """What was counted by hand in an area for a day, {} where nothing was. Raises NotFound."""
    _area(actor, area_code)
    found = ReportedFigures.objects.visible_to(actor).filter(area_id=area_code, on=on).first()
    return dict(found.figures) if found else {}


def differing(actor: Actor, on: date) -> int:
    """How many villages' hand counts of a day differ from the ledger, where the actor may see counts."""
    rows = ReportedFigures.objects.visible_to(actor).filter(on=on)
    found = {row.area_id: dict(row.figures) for row in rows}
    goal = campaign.goals()[0]
    return sum(_differs(_whole(code, on, goal), figures) for code, figures in found.items())


def ends_at(on: date) -> datetime:
    """The moment at which a day ends in the campaign's zone."""
    return datetime.combine(on + timedelta(days=1), time.min, clock.CAMPAIGN_ZONE)


def _area(actor: Actor, area_code: str) -> AreaRow:
    if not actor.may("oversight.view", area_code):
        raise NotFound()
    area = areas.area(system("oversight"), area_code)
    if area.level in ("grid", "micro_grid"):
        raise NotFound()  # the equation is per village
    return area


def _listed(area: AreaRow) -> dict[str, str]:
    """Code → name of the areas one level below; the area itself where there is none."""
    below = {row.code: row.name for row in areas.children(system("oversight"), area.code, closed=True)}
    return below or {area.code: area.name}


def _villages(area: AreaRow) -> dict[str, str]:
    if area.level == "village":
        return {area.code: area.name}
    return {row.code: row.name for row in areas.villages_under(system("oversight"), area.code)}


def _whole(area_code: str, on: date, goal: int) -> Balance:
    terms: dict[str, int] = {}
    for (_place, term), people in counts(area_code, on, goal).items():
        terms[term] = terms.get(term, 0) + people
    return Balance(sum(registered(area_code, on).values()), terms)


def _lines(
    people: Mapping[str, int],
    counted: Mapping[tuple[str, str], int],
    listed: Mapping[str, str],
    reported: Mapping[str, Mapping[str, int]],
    villages: Mapping[str, BalanceLine],
) -> tuple[BalanceLine, ...]:
    """One line per area listed, in the order of codes, then the people of none of them, if there are any."""
    sums: dict[str, dict[str, int]] = {code: {} for code in sorted(listed)}
    heads = dict.fromkeys(sums, 0)
    for place, number in people.items():
        owner = _owner(place, listed)
        heads[owner] = heads.get(owner, 0) + number
    for (place, term), number in counted.items():
        into = sums.setdefault(_owner(place, listed), {})
        into[term] = into.get(term, 0) + number
    lines = []
    for code in sorted(sums.keys() | heads.keys(), key=lambda code: (not code, code)):
        below = [line for line in villages.values() if code and line.code.startswith(code)]
        balance = Balance(heads.get(code, 0), sums.get(code, {}))
        lines.append(
            BalanceLine(
                code, listed.get(code, ""), balance, reported.get(code), len(below),
                sum(line.reported is not None for line in below), sum(line.differs for line in below),
            )
        )  # fmt: skip
    # An area that was closed and holds nobody any more would be a line of nothing.
    return tuple(line for line in lines if line.balance.registered or line.code in villages or not villages)


def _total(
    area: AreaRow,
    lines: Iterable[BalanceLine],
    reported: Mapping[str, Mapping[str, int]],
    villages: tuple[BalanceLine, ...],
) -> BalanceLine:
    balance = Balance(0)
    for line in lines:
        balance = balance.plus(line.balance)
    named = [line for line in villages if line.code]
    return BalanceLine(
        area.code, area.name, balance, reported.get(area.code), len(named),
        sum(line.reported is not None for line in named), sum(line.differs for line in named),
    )  # fmt: skip


def _owner(place: str, listed: Mapping[str, str]) -> str:
    """The listed area in which a place lies, "" for none."""
    return next((place[:length] for length in range(len(place), 0, -1) if place[:length] in listed), "")


def _differs(balance: Balance, reported: Mapping[str, int] | None) -> bool:
    if reported is None:
        return False
    return any(
        people != (balance.registered if code == REGISTERED else balance.terms.get(code, 0))
        for code, people in reported.items()
    )


def _reported(area_code: str, on: date) -> dict[str, dict[str, int]]:
    rows = ReportedFigures.objects.unscoped(_COUNTED).filter(area__code__startswith=area_code, on=on)
    return {row.area_id: dict(row.figures) for row in rows}


def _known(area_code: str, on: date, counted: Mapping[tuple[str, str], int]) -> Known:
    """What may explain a difference."""
    unplaced = sum(people for (place, _term), people in counted.items() if len(place) < VILLAGE_DIGITS)
    return Known(_duplicates(area_code), unplaced, _late(area_code, on), _claims(area_code))


def _duplicates(area_code: str) -> int:
    """Pairs of people of one name, sex and birth date in the ledger today."""
    rows = Person.objects.unscoped(_COUNTED).filter(
        in_ledger(clock.today()), area__code__startswith=area_code
    )
    same = rows.order_by().values("name", "sex", "birth_on").annotate(n=Count("pk")).filter(n__gt=1)
    pairs = same.aggregate(pairs=Sum(F("n") * (F("n") - 1)))["pairs"]
    return int(pairs or 0) // 2


def _late(area_code: str, on: date) -> int:
    """Changes and doses that concern the day or one before it and were recorded after it ended; today cannot have any."""
    after = ends_at(on)
    if after > clock.now():
        return 0
    changes = PersonChange.objects.unscoped(_COUNTED).filter(
        Q(area__code__startswith=area_code) | Q(to_area__code__startswith=area_code),
        on__lte=on,
        at__gte=after,
    )
    doses = Dose.objects.unscoped(_COUNTED).filter(
        person__area__code__startswith=area_code,
        given_on__lte=on,
        recorded_at__gte=after,
        voided_at__isnull=True,
    )
    return changes.count() + doses.count()


def _claims(area_code: str) -> int:
    """People whose claim of a dose elsewhere nobody has decided."""
    rows = DoseClaim.objects.unscoped(_COUNTED).filter(
        person__area__code__startswith=area_code, state="claimed"
    )
    return rows.order_by().values("person_id").distinct().count()

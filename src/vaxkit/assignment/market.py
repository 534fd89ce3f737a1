"""The road for large problems: prices, a deal by these prices, and the last units by hand.

1. Prices are found on a sample of the units at a high temperature, then on all units while it comes down (`balance.py`).
2. All units are dealt to hubs, seats and doses at the last temperature (`dealing.py`); who finds no place is placed by hand.
3. Prices extrapolated to temperature 0 prove the bound.
"""

from collections.abc import Iterable, Iterator

import numpy as np

from vaxkit.assignment.balance import Balance, Supply
from vaxkit.assignment.choices import Floats
from vaxkit.assignment.dealing import Dealer, Dealt
from vaxkit.assignment.plan import Plan
from vaxkit.assignment.problem import Ints
from vaxkit.assignment.room import MORE_ASKED, OTHERS_ASKED, Room
from vaxkit.assignment.seating import Crew

#: Temperatures, in shares of what a unit costs on average; those of the sample first.
SAMPLED = (0.05, 0.02, 0.008)
WHOLE = (0.008, 0.0035, 0.0017)
#: With more than this share of demand in the wrong place after the first of them, goods are scarce. With more than `DOUBTFUL` they
#: may be: they are unless another try leaves no more than `CERTAIN`.
SCARCE, DOUBTFUL, CERTAIN = 0.12, 0.012, 0.004
#: Where goods are scarce, the start is this share of the highest price of being left over, each next temperature so much cooler.
HOTTEST, COOLER = 0.03, 0.4
#: Units of the sample, about; it is at least this share of all.
SAMPLE, SHARE = 3_000, 0.035
#: Share of demand that may be in the wrong place: on the way, and at the last temperature.
CLOSE, LAST_CLOSE = 0.02, 0.002
#: Share of the supply that is not dealt out but kept for those whom whole units leave waiting.
RESERVE = 0.003
#: Share of a batch that is added where some of it is settled.
SLACK = 0.0005
#: An arc that carries less than this at this many times the first whole temperature is not looked at again, except by the bound.
THIN, THIN_AT = 1e-6, 2.5


class Market:
    """Prices and plans of one crew."""

    def __init__(self, crew: Crew) -> None:
        self._crew, choices, problem = crew, crew.choices, crew.problem
        self._anew = bool((crew.held.session >= 0).any())
        self._units = crew.groups.units.astype(np.float64)
        seats, doses = crew.seats.astype(np.float64), crew.free.doses.astype(np.float64)
        self._proof = Balance(
            choices.graph, Supply(problem, choices, seats, doses), self._units, choices.settled
        )
        # A batch that is settled to the last dose has no price at which it balances: what finds prices has a little more.
        more = SLACK * doses + 1.0 if choices.settled.any() else 0.0 * doses
        self._supply = Supply(problem, choices, seats, doses + more)
        self._kept = Supply(problem, choices, (1.0 - RESERVE) * seats, (1.0 - RESERVE) * doses + more)
        self.bound, self._prices = self._proof.bound(np.zeros(choices.graph.prices - 1))
        #: What a unit costs on average, as far as is known.
        self._mean = max(self.bound / float(self._units.sum()), 1.0)

    def plan(self) -> Plan:
        """The plan; `bound` is the best bound proven on the way, pins not counted."""
        choices = self._crew.choices
        whole = Balance(choices.graph, self._supply, self._units, choices.settled)
        first = self._sampled() if len(self._crew.units.size) > SAMPLE else self._warm(whole)
        flow = whole.flows(first, THIN_AT * WHOLE[0] * self._mean)
        thin = choices.thinned(whole.share, flow, THIN)
        balance = Balance(thin, self._kept, self._units, choices.settled)
        heats = [(share * self._mean, CLOSE) for share in WHOLE[:-1]]
        prices, flatter = self._cooled(balance, first, [*heats, (WHOLE[-1] * self._mean, LAST_CLOSE)])
        for proven in (prices, flatter):
            self.bound = max(self.bound, self._proof.bound(proven)[0])
        flow = balance.flows(prices, WHOLE[-1] * self._mean)
        book = self._crew.book.copy()
        dealt = Dealer(self._crew.problem, choices, thin, book, balance.share, flow).dealt()
        session, later, mask = self._written(dealt)
        room = Room(
            book, self._crew.hubs, self._crew.units, self._crew.groups, self._ways, dealt.session, later, mask
        )
        waiting = room.place(self._heaviest_first(np.flatnonzero(dealt.session < 0)))
        room.make(waiting, MORE_ASKED if self._anew else OTHERS_ASKED)
        units = self._crew.units
        session[units.members] = np.repeat(room.session, units.size)
        return self._crew.plan(book, session, later, mask)

    def _sampled(self) -> Floats:
        """Prices from a sample: every so-manieth unit, with as much of the supply."""
        part = max(SAMPLE / float(self._units.sum()), SHARE)
        drawn = np.diff(np.floor(np.cumsum(self._units) * part + 0.5), prepend=0.0)
        some = np.flatnonzero(drawn > 0)
        share = float(drawn.sum() / self._units.sum())
        choices = self._crew.choices
        balance = Balance(choices.only(some), self._supply, drawn[some], share * choices.settled, share)
        return self._warm(balance)

    def _warm(self, balance: Balance) -> Floats:
        """From no prices at all. Where much is scarce, prices are far from nothing and must come from a higher temperature."""
        nothing = np.zeros_like(self._prices)
        heat = SAMPLED[0] * self._mean
        start = balance.found(nothing, heat)
        # Whoever plans anew mostly has little to give; where nobody is held, it is worth asking again.
        scarce = balance.misplaced > (DOUBTFUL if self._anew else SCARCE)
        if DOUBTFUL < balance.misplaced <= SCARCE and not self._anew:
            start = balance.found(start, heat, CERTAIN)
            scarce = balance.misplaced > CERTAIN
        if scarce:
            start = self._cooled(balance, nothing, self._hot(balance))[0]
        return self._cooled(balance, start, [(share * self._mean, CLOSE) for share in SAMPLED])[0]

    def _hot(self, balance: Balance) -> Iterator[tuple[float, float]]:
        """Ever cooler, until what a unit costs, now that scarcity has its price, is known."""
        heat = HOTTEST * self._crew.problem.costs.left_over * int(self._crew.units.weight.max())
        while heat > SAMPLED[0] * self._mean:
            yield heat, CLOSE
            self._mean = max(self._mean, balance.bound(balance.prices)[0] / balance.units)
            heat *= COOLER

    def _cooled(
        self, balance: Balance, prices: Floats, heats: Iterable[tuple[float, float]]
    ) -> tuple[Floats, Floats]:
        """Prices at the last temperature, and extrapolated to temperature 0. They move nearly in proportion to it. With each
        temperature comes how much of the demand may be in the wrong place."""
        slope, reached, before = np.zeros_like(prices), prices, 0.0
        for number, (heat, close) in enumerate(heats):
            if number:
                prices = prices + (heat - before) * slope
            found = balance.found(prices, heat, close)
            if number:
                slope = (found - reached) / (heat - before)
            reached, before, prices = found, heat, found
        return prices, prices - before * slope

    def _written(self, dealt: Dealt) -> tuple[Ints, Ints, Ints]:
        """Session, later session and products per person, of pins and of those dealt."""
        crew, units, choices = self._crew, self._crew.units, self._crew.choices
        session, later, mask = (column.copy() for column in (crew.session, crew.later, crew.mask))
        comes = np.repeat(dealt.session >= 0, units.size)
        types = len(choices.types)
        hub = np.repeat(dealt.hub, units.size)[comes]
        who = units.members[comes]
        cell = hub * types + self._types_of_members()[comes]
        order = np.argsort(cell, kind="stable")
        keys = sorted(dealt.served)
        rows = np.array([row for key in keys for row in dealt.served[key]], dtype=np.int64).reshape(-1, 3)
        later[who[order]] = np.repeat(rows[:, 1], rows[:, 2])
        mask[who[order]] = np.repeat(rows[:, 0], rows[:, 2])
        return session, later, mask

    def _types_of_members(self) -> Ints:
        """Per person of the units, in their order, the type."""
        units, choices = self._crew.units, self._crew.choices
        number = {wish: index for index, wish in enumerate(choices.types)}
        flat = np.array([number[wish] for kind in units.kinds for wish in kind], dtype=np.int64)
        start = np.cumsum([0, *(len(kind) for kind in units.kinds)])[units.kind]
        offset = np.arange(len(units.members)) - np.repeat(units.starts[:-1], units.size)
        found: Ints = flat[np.repeat(start, units.size) + offset]
        return found

    def _ways(self, group: int) -> list[int]:
        return self._crew.choices.ways(group, self._proof.value)

    def _heaviest_first(self, waiting: Ints) -> list[int]:
        units = self._crew.units
        weight = units.weight[waiting] / units.size[waiting]
        found: list[int] = waiting[np.lexsort((waiting, -units.size[waiting], -weight))].tolist()
        return found

"""Vaccine for the demo campaign: which lots come when, to which site, and the code on every vial.

``deliveries(needs)`` looks at what each site will use and lets a delivery arrive on the morning of the day on which the
site would run short, for about three days; so no site ever runs out. Lots are shared by the sites of a county and
follow each other every nine days. Two products, as a county has them; their vials hold one dose.

A vial code has 20 digits as China's drug traceability codes have: 7 for the product (starting with 8), 9 for the vial, 4
more. The digits are invented. Codes of one delivery run from ``first_serial``; codes of two deliveries never meet.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import NamedTuple

from yingjie.stock.receipts import Transport

CARTON_VIALS = 20
DAYS_COVERED = 3
LOT_DAYS = 9
VIALS_PER_LOT = 1_000_000
SHELF_LIFE_DAYS = 730


@dataclass(frozen=True, slots=True)
class DemoProduct:
    """A product as the campaign uses it: ``code`` as in the rule data, the first 7 digits of its vial codes."""

    code: str
    code_prefix: str
    share: float


PRODUCTS: tuple[DemoProduct, ...] = (
    DemoProduct("BIBP-COVID19", "8388801", 0.68),
    DemoProduct("SINOVAC-CORONAVAC", "8388802", 0.32),
)


class Received(NamedTuple):
    """A delivery came to a site: ``vials`` single-dose vials of one lot, with codes (see ``codes_of``)."""

    at: datetime
    site_code: str
    product_code: str
    lot_number: str
    expires_on: date
    vials: int
    first_serial: int


class Lot(NamedTuple):
    number: str
    expires_on: date
    first_serial: int


def vial_code(product_code: str, serial: int) -> str:
    """The 20-digit code of one vial. Serials count vials of a product, lot by lot."""
    prefix = next(product.code_prefix for product in PRODUCTS if product.code == product_code)
    return f"{prefix}{serial:09d}{(serial * 7_919 + 4_271) % 10_000:04d}"


def serial_of(code: str) -> int:
    """The serial of the vial with that code."""
    return int(code[7:16])


def transport(received: Received) -> Transport:
    """How it came: in a vehicle of the county's store, with a record of the way that the law lets in."""
    chance = Random(f"{received.site_code}:{received.first_serial}")
    lowest = Decimal(chance.randrange(30, 45)) / 10
    return Transport(
        lowest=lowest,
        highest=lowest + Decimal(chance.randrange(8, 25)) / 10,
        minutes=chance.randrange(35, 140),
        supplier="市疾控中心（虚构）",
        carrier="冷藏车",
        release_number=f"SP{received.lot_number}",
    )


def codes_of(received: Received) -> Iterator[str]:
    """Codes of all vials of a delivery, in the order in which the site takes them."""
    for serial in range(received.first_serial, received.first_serial + received.vials):
        yield vial_code(received.product_code, serial)


def lot_of(product: int, day: int, began_on: date) -> Lot:
    """The lot that the county gets on this day of the campaign (0 = first).

    The second product's sixth lot, the newest by now, is an old one that expires 75 days after the start: a demo
    needs stock near its date.
    """
    turn = day // LOT_DAYS
    made_on = began_on + timedelta(days=turn * LOT_DAYS - 70 - 23 * product)
    expires_on = made_on + timedelta(days=SHELF_LIFE_DAYS - 1)
    if product == 1 and turn == 5:
        expires_on = began_on + timedelta(days=75)
        made_on = expires_on - timedelta(days=SHELF_LIFE_DAYS - 1)
    letter = ("B", "C")[product]
    number = (
        f"{made_on:%Y%m}{letter}{3001 + 137 * turn}"
        if product == 0
        else f"{letter}{made_on:%Y%m}{turn + 11:03d}"
    )
    return Lot(number, expires_on, (turn + 1) * VIALS_PER_LOT)


# needs[day][site][product] → doses
Needs = list[list[list[int]]]


class Shelf:
    """What one site holds of one product: deliveries in the order they came; ``take`` gives the next vial."""

    __slots__ = ("held", "open")

    def __init__(self) -> None:
        self.open: list[tuple[Lot, int, int]] = []  # lot, next serial, vials left
        self.held = 0

    def put(self, lot: Lot, first_serial: int, vials: int) -> None:
        self.open.append((lot, first_serial, vials))
        self.held += vials

    def take(self) -> tuple[Lot, int]:
        """Lot and serial of the next vial, first in first out."""
        lot, serial, left = self.open[0]
        if left == 1:
            self.open.pop(0)
        else:
            self.open[0] = (lot, serial + 1, left - 1)
        self.held -= 1
        return lot, serial


class Supply:
    """Deliveries of one campaign, day by day. ``needs`` are known in full: this is history, not a forecast."""

    def __init__(self, needs: Needs, site_codes: list[str], began: datetime, seed: int) -> None:
        self._needs = needs
        self._sites = site_codes
        self._began = began
        self._seed = seed
        self._next_serial: dict[tuple[int, int], int] = {}
        self.shelves = [[Shelf() for _ in PRODUCTS] for _ in site_codes]

    def _wanted(self, day: int, site: int, product: int) -> int:
        """Vials for this and the next days; beyond the last day as on the last ones."""
        needs = self._needs
        last = len(needs) - 1
        return sum(needs[min(day + step, last)][site][product] for step in range(DAYS_COVERED))

    def arrive(self, day: int) -> list[Received]:
        """Deliveries of this day's morning, put on the shelves, in the order of time. Call for every day in turn."""
        rng = Random(f"{self._seed}:supply:{day}")
        arrived: list[Received] = []
        morning = self._began + timedelta(days=day)
        for site, site_code in enumerate(self._sites):
            at = morning + timedelta(hours=6, minutes=50, seconds=int(rng.random() * 2400))
            for product, kind in enumerate(PRODUCTS):
                shelf = self.shelves[site][product]
                if shelf.held >= self._needs[day][site][product] * 1.05 + 2 and day > 0:
                    continue
                wanted = int(self._wanted(day, site, product) * 1.1) + 10 - shelf.held
                vials = max(1, -(-wanted // CARTON_VIALS)) * CARTON_VIALS
                lot = lot_of(product, day, self._began.date())
                first = self._next_serial.get((product, day // LOT_DAYS), lot.first_serial)
                self._next_serial[product, day // LOT_DAYS] = first + vials
                shelf.put(lot, first, vials)
                arrived.append(Received(at, site_code, kind.code, lot.number, lot.expires_on, vials, first))
        return sorted(arrived, key=lambda received: received.at)

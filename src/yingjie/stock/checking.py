"""What must hold over all places, asked at once: for `yj stock check` and the tests.

faults()    every balance that is not the sum of its movements; packs that gave more than they hold, by the movements; codes that
            lie at two places with doses in them
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, F, Sum

from yingjie.stock import ledger
from yingjie.stock.models import Movement, Vial


@dataclass(frozen=True)
class Fault:
    """`kind`: "balance" (balance, movements), "overused" (given, doses) or "two_places" (places, 1)."""

    kind: str
    about: str
    found: int
    expected: int


def faults() -> Iterator[Fault]:
    for each in ledger.rebuilt():
        yield Fault("balance", f"{each.site_id} {each.lot_id} {each.state}", each.balance, each.movements)
    vials = Vial.objects.unscoped("over all places")
    held = {
        (site_id, code): doses
        for site_id, code, doses in vials.filter(doses_given__gt=0).values_list("site_id", "code", "doses")
    }
    given = Movement.objects.unscoped("over all places").filter(kind="given").exclude(vial_code="")
    sums = given.order_by().values_list("site_id", "vial_code").annotate(given=-Sum("doses"))
    for site_id, code, doses in sums.iterator():
        if doses > held.get((site_id, code), 0):
            yield Fault("overused", code, doses, held.get((site_id, code), 0))
    left = vials.filter(doses__gt=F("doses_given") + F("doses_wasted") + F("doses_gone")).order_by()
    for code, places in left.values_list("code").annotate(places=Count("pk")).filter(places__gt=1):
        yield Fault("two_places", code, places, 1)

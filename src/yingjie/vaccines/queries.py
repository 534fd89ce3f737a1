"""Reads of products and schedules. They are rule data that nothing changes while the product runs, so nobody's scope applies."""

from functools import cache

from vaxkit import ruledata
from vaxkit.immunization import Product, Schedule
from yingjie.foundation.refusals import NotFound

#: The one course of the campaign. With the module `campaigns` this becomes what a campaign names.
#: The vaccine group that the campaign is about, as the rule data call it.
CAMPAIGN_GROUP = "COVID-19"
COURSE = "cn-covid-inactivated-primary"


def course() -> Schedule:
    """The schedule that standings are judged by."""
    return ruledata.load_schedule(COURSE)


def product(code: str) -> Product:
    """A product as its rule data states it. Raises NotFound."""
    try:
        return ruledata.load_products()[code]
    except KeyError:
        raise NotFound() from None


def group_of(product_code: str) -> str:
    """The vaccine group in which a product's doses count. Raises NotFound."""
    product(product_code)
    return CAMPAIGN_GROUP


def products() -> tuple[Product, ...]:
    """Every product, in the order of the rule data."""
    return tuple(ruledata.load_products().values())


@cache
def schedule(product_code: str) -> Schedule:
    """The course in which a product counts. Raises NotFound where there is none."""
    for code in ruledata.schedule_codes():
        found = ruledata.load_schedule(code)
        if found.counts(product_code):
            return found
    raise NotFound()


def pack_sizes(product_code: str) -> frozenset[int]:
    """How many doses one vial or syringe of the product may hold."""
    return frozenset(pack.doses_per_vial for pack in product(product_code).presentations)

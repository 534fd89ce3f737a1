"""Writes of products."""

from django.db import transaction

from vaxkit import immunization
from yingjie.foundation.access.actor import Actor
from yingjie.foundation.journal.actions import record
from yingjie.vaccines.models import Product
from yingjie.vaccines.queries import products, schedule

COPIED = (
    "name_zh", "name_en", "maker_zh", "maker_en", "specification", "doses_per_vial", "dose_ml", "route", "body_site",
    "schedule",
)  # fmt: skip


@transaction.atomic
def load_products(*, by: Actor) -> int:
    """Bring the table in line with the rule data; the same call again changes nothing. Returns the number of products."""
    by.require("access.manage")
    rows = [_copy(product) for product in products()]
    Product.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["code"], update_fields=list(COPIED)
    )
    codes = [row.code for row in rows]
    record(by=by, verb="vaccines.load_products", subject=("product", "all"), facts={"products": codes})
    return len(rows)


def _copy(product: immunization.Product) -> Product:
    return Product(
        code=product.code,
        name_zh=product.title.zh,
        name_en=product.title.en,
        maker_zh=product.maker.zh,
        maker_en=product.maker.en,
        specification=product.specification.zh,
        doses_per_vial=product.presentations[0].doses_per_vial,
        dose_ml=product.dose_millilitres,
        route=product.route.zh,
        body_site=product.body_site.zh,
        schedule=schedule(product.code).code,
    )

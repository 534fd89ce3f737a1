"""Rule data: what is shipped is whole, says where it comes from, and a fault in it is named."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from vaxkit.ruledata import RuleDataError, load_products
from vaxkit.ruledata.loader import check_document
from vaxkit.ruledata.policies import policies_in_force


def test_the_products_are_those_that_the_policies_name() -> None:
    products = load_products()
    assert set(products) == set(policies_in_force(date(2024, 1, 1)).vaccines)
    assert [(product.code, product.short_title.zh) for product in products.values()][:5] == [
        ("BIBP-COVID19", "北京生物"),
        ("WIBP-COVID19", "武汉生物"),
        ("SINOVAC-CORONAVAC", "北京科兴中维"),
        ("KANGTAI-KCONVAC", "深圳康泰"),
        ("IMBCAMS-COVID19", "医科院生物所"),
    ]
    bibp = products["BIBP-COVID19"]
    assert (bibp.dose_millilitres, bibp.route_code, bibp.body_site.zh) == (Decimal("0.5"), "IM", "上臂三角肌")
    assert (bibp.storage_lowest_celsius, bibp.storage_highest_celsius) == (2, 8)
    assert [(pack.code, pack.doses_per_vial) for pack in bibp.presentations] == [
        ("vial-1", 1),
        ("syringe-1", 1),
        ("vial-2", 2),
    ]
    assert {product.technology for product in products.values()} == {
        "inactivated", "adenovirus_vector", "recombinant_subunit", "influenza_vector",
    }  # fmt: skip
    assert all("specification" in product.open_facts for product in products.values())


def test_products_cannot_be_changed_by_who_reads_them() -> None:
    with pytest.raises(TypeError):
        load_products()["X"] = load_products()["BIBP-COVID19"]  # type: ignore[index]


@pytest.mark.parametrize(
    ("document", "complaint"),
    [
        ({}, "a.yaml: at .top.: 'products' is a required property"),
        ({"products": [{"code": "Not A Code"}]}, "a.yaml: at products/0"),
        ([], "a.yaml: at .top.: .* is not of type 'object'"),
    ],
)
def test_a_fault_is_named_with_its_place(document: object, complaint: str) -> None:
    with pytest.raises(RuleDataError, match=complaint):
        check_document(document, "products", name="a.yaml")

"""Products are what the rule data says, in the table as on the screen."""

from __future__ import annotations

import pytest
from tests.modules import campaign

from vaxkit import ruledata
from yingjie.foundation.journal.models import Entry
from yingjie.foundation.refusals import NotAllowed, NotFound
from yingjie.vaccines import actions, queries
from yingjie.vaccines.models import Product


@pytest.mark.django_db
def test_loading_copies_the_rule_data_and_again_changes_nothing() -> None:
    assert actions.load_products(by=campaign.maker) == len(ruledata.load_products()) == 14
    rows = list(Product.objects.order_by("code").values())
    actions.load_products(by=campaign.maker)
    assert list(Product.objects.order_by("code").values()) == rows
    bibp = Product.objects.get(pk=campaign.BIBP)
    assert (bibp.name_zh, bibp.doses_per_vial, str(bibp.dose_ml)) == (
        "新型冠状病毒灭活疫苗（Vero细胞）",
        1,
        "0.50",
    )
    assert (bibp.group, bibp.platform_id, bibp.manufacturer_id) == ("COVID-19", "inactivated", "BIBP-COVID19")
    packs = bibp.presentations.order_by("code").values_list("code", "doses_per_vial")
    assert list(packs) == [("syringe-1", 1), ("vial-1", 1), ("vial-2", 2)]
    assert Product.objects.get(pk="CANSINO-AD5-INHALED").manufacturer_id == "CANSINO-AD5"


@pytest.mark.django_db
def test_a_product_that_was_changed_by_hand_is_brought_back() -> None:
    actions.load_products(by=campaign.maker)
    Product.objects.filter(pk=campaign.BIBP).update(maker_en="somebody")
    actions.load_products(by=campaign.maker)
    assert Product.objects.get(pk=campaign.BIBP).maker_en.startswith("Beijing Institute")


@pytest.mark.django_db
def test_not_everyone_loads_products() -> None:
    with pytest.raises(NotAllowed) as caught:
        actions.load_products(by=campaign.actor("store_keeper"))
    assert caught.value.code == "not_allowed"
    assert (Product.objects.count(), Entry.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_products_are_the_rule_datas_own() -> None:
    assert queries.product(campaign.BIBP) is ruledata.load_products()[campaign.BIBP]
    assert [product.code for product in queries.products()] == list(ruledata.load_products())
    assert queries.pack_sizes(campaign.BIBP) == {1, 2}


@pytest.mark.django_db
@pytest.mark.parametrize("read", [queries.product, queries.group_of, queries.pack_sizes])
def test_an_unknown_product_is_not_found(read: object) -> None:
    with pytest.raises(NotFound):
        read("UNKNOWN")  # type: ignore[operator]

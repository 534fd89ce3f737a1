"""Rule data: what is shipped is whole, says where it comes from, and a fault in it is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from vaxkit.immunization import AgeBand, DoseRule
from vaxkit.ruledata import RuleDataError, load_products, load_schedule, schedule_codes
from vaxkit.ruledata.loader import check_document
from vaxkit.vocabulary import Source, Text

COURSE = load_schedule("cn-covid-inactivated-primary")
SOURCE = Source(Text("文件", "paper"), "M")


def test_every_shipped_course_loads_and_its_products_exist() -> None:
    assert schedule_codes() == ("cn-covid-inactivated-primary",)
    for code in schedule_codes():
        course = load_schedule(code)
        assert course.code == code
        assert set(course.products) <= set(load_products())


def test_the_course_says_where_it_was_read() -> None:
    assert COURSE.source.on == date(2021, 3, 29)
    assert COURSE.source.mark == "2"
    assert COURSE.title.zh == "新冠病毒灭活疫苗基础免疫（2剂）"
    assert [(rule.number, rule.minimum_interval, rule.latest_interval) for rule in COURSE.doses] == [
        (1, None, None),
        (2, "3 weeks", "8 weeks"),
    ]


def test_the_products_are_the_five_inactivated_ones() -> None:
    products = load_products()
    assert [(product.code, product.short_title.zh) for product in products.values()] == [
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
    assert {product.technology for product in products.values()} == {"inactivated"}
    assert all("specification" in product.open_facts for product in products.values())


def test_products_cannot_be_changed_by_who_reads_them() -> None:
    with pytest.raises(TypeError):
        load_products()["X"] = load_products()["BIBP-COVID19"]  # type: ignore[index]


def test_a_course_that_does_not_exist_names_those_that_do() -> None:
    with pytest.raises(
        RuleDataError, match="no schedule 'cn-measles'; there are: cn-covid-inactivated-primary"
    ):
        load_schedule("cn-measles")
    with pytest.raises(RuleDataError, match="no schedule"):
        load_schedule("../products")


@pytest.mark.parametrize(
    ("document", "complaint"),
    [
        ({}, "a.yaml: at .top.: 'code' is a required property"),
        ({"code": "Not A Code"}, "a.yaml: at "),
        ([], "a.yaml: at .top.: .* is not of type 'object'"),
    ],
)
def test_a_fault_is_named_with_its_place(document: object, complaint: str) -> None:
    with pytest.raises(RuleDataError, match=complaint):
        check_document(document, "schedule", name="a.yaml")


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"doses": ()}, "numbered 1, 2, 3"),
        ({"doses": (DoseRule(2, SOURCE, minimum_interval="3 weeks"),)}, "numbered 1, 2, 3"),
        ({"doses": (DoseRule(1, SOURCE), DoseRule(2, SOURCE))}, "dose 2 has no minimum interval"),
        (
            {
                "doses": (
                    DoseRule(1, SOURCE),
                    DoseRule(2, SOURCE, minimum_interval="8 weeks", latest_interval="3 weeks"),
                )
            },
            "the intervals of dose 2 do not grow",
        ),
        ({"doses": (DoseRule(1, SOURCE, latest_interval="soon"),)}, "not a period: 'soon'"),
        ({"absolute_minimum_age": "young"}, "not a period: 'young'"),
        ({"ages": ()}, "no age band"),
        ({"ages": (AgeBand("18 years", SOURCE, products=("X",)),)}, r"products not of this course: \['X'\]"),
    ],
)
def test_a_course_that_contradicts_itself_is_refused(change: dict[str, object], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        replace(COURSE, **change)  # type: ignore[arg-type]

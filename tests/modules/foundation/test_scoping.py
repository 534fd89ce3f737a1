"""Scope fails closed: rows of an area or site cannot be read, changed or counted before someone said for whom."""

from datetime import date
from uuid import uuid4

import pytest
from django.db.models import Count, Exists, OuterRef

from yingjie.areas.models import Area
from yingjie.foundation.access.actor import Actor, Held, system
from yingjie.foundation.access.scoping import ScopeNotDecided, scoped_models
from yingjie.people.models import Person
from yingjie.sites.models import Site

pytestmark = pytest.mark.django_db

NEAR, FAR = "110117001001", "110117002001"


@pytest.fixture
def two_villages() -> None:
    for code, level in (
        ("110117", "county"),
        ("110117001", "town"),
        (NEAR, "village"),
        ("110117002", "town"),
        (FAR, "village"),
    ):
        parent = {"county": None, "town": "110117", "village": code[:9]}[level]
        Area.objects.create(code=code, name=f"区{code}", level=level, parent_id=parent, pinyin="qu")
    for code in (NEAR, FAR):
        Person.objects.create(
            area_id=code, name="王测试", pinyin="wang ceshi", sex="male", birth_on=date(1950, 1, 1),
            registered_on=date(2021, 3, 1), source="test",
        )  # fmt: skip


def clerk(code: str, role: str = "town_lead") -> Actor:
    return Actor(name="clerk", held=(Held(role, code),))


READS = {
    "iterate": lambda rows: list(rows),
    "count": lambda rows: rows.count(),
    "exists": lambda rows: rows.exists(),
    "first": lambda rows: rows.first(),
    "get": lambda rows: rows.get(),
    "aggregate": lambda rows: rows.aggregate(n=Count("id")),
    "values": lambda rows: list(rows.values_list("id")),
    "iterator": lambda rows: list(rows.iterator()),
    "union": lambda rows: list(rows.union(rows)),
    "subquery": lambda rows: list(
        Site.objects.unscoped("test").filter(Exists(rows.filter(area_id=OuterRef("area_id"))))
    ),
    "in": lambda rows: list(Area.objects.unscoped("test").filter(pk__in=rows.values("area_id"))),
    "update": lambda rows: rows.update(name="x"),
    "delete": lambda rows: rows.delete(),
}


@pytest.mark.parametrize("way", READS)
def test_no_way_around_the_decision(two_villages: None, way: str) -> None:
    with pytest.raises(ScopeNotDecided):
        READS[way](Person.objects.all())
    assert Person.objects.unscoped("test").filter(name="王测试").count() == 2


def test_everyone_sees_what_lies_below_their_own_node(two_villages: None) -> None:
    def seen(actor: Actor) -> set[str]:
        return set(Person.objects.visible_to(actor).values_list("area_id", flat=True))

    assert seen(clerk("110117001")) == {NEAR}
    assert seen(clerk("110117")) == {NEAR, FAR}
    assert seen(clerk("131128")) == set()
    assert seen(clerk("110117", "vaccinator")) == set()  # no people.view
    assert seen(Actor(name="nobody")) == set()
    assert seen(system("test")) == {NEAR, FAR}


def test_a_site_role_sees_its_own_site_only(two_villages: None) -> None:
    sites = [
        Site.objects.create(
            code=name, name=name, kind="clinic", area_id="110117001", opened_on=date(2021, 3, 1)
        )
        for name in ("a", "b")
    ]
    nurse = Actor(name="nurse", held=(Held("vaccinator", "110117001", sites[0].pk),))
    assert [site.code for site in Site.objects.visible_to(nurse)] == ["a"]
    assert not nurse.may("clinic.vaccinate", "110117001", uuid4())


def test_a_reason_is_owed_for_every_unscoped_read() -> None:
    with pytest.raises(ValueError, match="say why"):
        Person.objects.unscoped("")


def test_every_scoped_table_uses_the_scoped_manager() -> None:
    for model in scoped_models():
        with pytest.raises(ScopeNotDecided):
            model._default_manager.first()

"""Every table says where its rows live when one machine is too small, and keeps to it (law 10)."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

from yingjie.foundation.placement import Placement


def own_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("yingjie.")]


def faults(model: type[models.Model]) -> Iterator[str]:
    """What keeps this table from being spread as it says."""
    placement = getattr(model, "placement", None)
    if not isinstance(placement, Placement):
        yield f"{model.__name__} declares no placement"
        return
    key = placement.key
    if key is None:
        return
    columns = {field.attname for field in model._meta.concrete_fields}
    own = model._meta.pk.attname
    is_the_key_itself = key not in columns and own == "id" and model.__name__ == "Person"
    if key not in columns and not is_the_key_itself:
        yield f"{model.__name__} carries no {key}"
        return
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint):
            named = {model._meta.get_field(name).attname for name in constraint.fields}
            if key not in named and not is_the_key_itself:
                yield f"{model.__name__}: {constraint.name} is unique without {key}"
    for field in model._meta.concrete_fields:
        if field.unique and not field.primary_key and field.attname != key:
            yield f"{model.__name__}: {field.attname} is unique without {key}"
    if isinstance(model._meta.pk, models.CompositePrimaryKey):
        if key not in {field.attname for field in model._meta.pk.fields}:
            yield f"{model.__name__}: its key of several columns does not contain {key}"
        return
    if not isinstance(model._meta.pk, models.UUIDField | models.OneToOneField) and own != key:
        yield f"{model.__name__}: rows that are spread need identifiers that any machine can make (UUIDv7)"


@pytest.mark.parametrize("model", own_models(), ids=lambda model: model.__name__)
def test_table_keeps_to_its_placement(model: type[models.Model]) -> None:
    assert list(faults(model)) == []


def test_a_foreign_key_never_points_from_reference_data_to_spread_rows() -> None:
    for model in own_models():
        if model.placement is Placement.REFERENCE:  # type: ignore[attr-defined]
            for field in model._meta.concrete_fields:
                if isinstance(field, models.ForeignKey):
                    assert field.related_model.placement is Placement.REFERENCE, (
                        f"{model.__name__}.{field.name}"
                    )


def test_spread_rows_point_only_to_rows_of_the_same_key_or_to_reference_data() -> None:
    for model in own_models():
        placement = model.placement  # type: ignore[attr-defined]
        if placement.key is None:
            continue
        for field in model._meta.concrete_fields:
            if isinstance(field, models.ForeignKey):
                there = field.related_model.placement
                assert there in (placement, Placement.REFERENCE), f"{model.__name__}.{field.name} → {there}"


@isolate_apps("yingjie.people")
def test_a_table_that_breaks_the_rule_is_noticed() -> None:
    class Homeless(models.Model):
        class Meta:
            app_label = "people"

    class Keyless(models.Model):
        placement = Placement.PERSON

        class Meta:
            app_label = "people"

    class WronglyUnique(models.Model):
        placement = Placement.PLACE
        id = models.UUIDField(primary_key=True)
        site_id = models.UUIDField()
        code = models.CharField(max_length=10, unique=True)

        class Meta:
            app_label = "people"

    assert list(faults(Homeless)) == ["Homeless declares no placement"]
    assert list(faults(Keyless)) == ["Keyless carries no person_id"]
    assert list(faults(WronglyUnique)) == ["WronglyUnique: code is unique without site_id"]

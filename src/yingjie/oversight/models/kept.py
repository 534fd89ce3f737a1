"""The kept counts: what everybody adds to them, their sums, and how the sums changed from step to step."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement


class Touched(models.Model):
    """Something was written that may change what this person adds to the counts; the nil id: so much at once that everything is
    counted anew. Written by triggers in the transaction of the change, taken away by the step that folds it in."""

    placement = Placement.PERSON

    id = models.UUIDField(primary_key=True, default=uuid7)
    person_id = models.UUIDField()

    def __str__(self) -> str:
        return f"{self.person_id}"


class KeptPerson(models.Model):
    """The cells to which a person (or a record that was joined since) adds one each, since the last step that touched them."""

    placement = Placement.PERSON

    person_id = models.UUIDField(primary_key=True)
    cells = ArrayField(models.BigIntegerField())

    def __str__(self) -> str:
        return f"{self.person_id}"


class KeptBefore(models.Model):
    """What a person added before a step that touched them."""

    placement = Placement.PERSON

    pk = models.CompositePrimaryKey("step", "person_id")
    person_id = models.UUIDField()
    step = models.BigIntegerField()
    cells = ArrayField(models.BigIntegerField())

    def __str__(self) -> str:
        return f"{self.person_id} before {self.step}"


class KeptStep(models.Model):
    """Everything that was on record at a moment is folded in. `is_whole`: counted anew, nothing before it can be asked for."""

    placement = Placement.LOCAL

    number = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    on = models.DateField()
    is_whole = models.BooleanField()
    people = models.PositiveBigIntegerField()

    def __str__(self) -> str:
        return f"step {self.number}"


class KeptCell(models.Model):
    """A sum. `kind` says of what, and which of the others it goes by; all others are empty:

    person          residents by band, line, state (1: has a first dose, 2: a full course, 3: both)
    group           residents by band, line, category, state: once in each of their groups
    first           residents with a first dose by band, day
    shot            doses of residents by category (the product's code), state (the number), day, site
    dose, given     doses of whoever lived here last by state (the number); given by day besides
    place           person without lines
    line6, line9    person by county or township; group6, group9 likewise of group, without lines

    `area` as in the counts, twelve digits at most."""

    placement = Placement.LOCAL

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=6)
    area = models.CharField(max_length=12)
    band = models.CharField(max_length=8)
    line = models.CharField(max_length=24)
    category = models.CharField(max_length=32)
    state = models.SmallIntegerField()
    day = models.DateField()
    site = models.CharField(max_length=36)
    people = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_kept_sum_stands_once",
                fields=["kind", "area", "band", "line", "category", "state", "day", "site"],
            )
        ]
        indexes = [models.Index(name="kept_sums_by_day", fields=["kind", "day"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.area} {self.people}"


class KeptChange(models.Model):
    """By how much a step changed a sum."""

    placement = Placement.LOCAL

    id = models.BigAutoField(primary_key=True)
    step = models.BigIntegerField(db_index=True)
    cell = models.BigIntegerField()
    by = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.cell} {self.by:+d}"

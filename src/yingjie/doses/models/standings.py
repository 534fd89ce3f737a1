"""Standings: the cache of dates that follows from doses, conditions and rules."""

from django.db import models

from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.foundation.placement import Placement
from yingjie.people.models import Person


class Standing(models.Model):
    """Where a person stands in one vaccine group, as dates; the status of a day is computed from them. One updater owns it.

    There is a row for whoever has a dose or a condition; everybody else stands where their birth date puts them. `overdue_on` is
    the first day that is too late, `latest_on` the last day on which a dose may be given at all. `completed_on` is the day of the
    dose after which nothing more is offered; `primary_on` and `primary_number` are the day and number of the dose with which
    the primary course was complete, boosters or not. `deferred_until` is the day on which a deferral is looked at again.
    `look_again_on` is the next day on which the answer may be another one though nothing was recorded: a birthday, the start of a
    rule, the end of a deferral; the updater comes back then. `revision` grows with every write, so that whoever judged many at
    once from what stood there a moment ago can tell that somebody else has written since.
    """

    placement = Placement.PERSON
    scope = Scope(permission="doses.view", area="person__area__code")

    pk = models.CompositePrimaryKey("person_id", "group")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="standings")
    group = models.CharField(max_length=24)
    doses_counted = models.PositiveSmallIntegerField(default=0)
    next_number = models.PositiveSmallIntegerField(null=True)
    earliest_on = models.DateField(null=True)
    recommended_on = models.DateField(null=True)
    overdue_on = models.DateField(null=True)
    latest_on = models.DateField(null=True)
    completed_on = models.DateField(null=True)
    primary_number = models.PositiveSmallIntegerField(null=True)
    primary_on = models.DateField(null=True)
    deferred_until = models.DateField(null=True)
    is_contraindicated = models.BooleanField(default=False)
    products = models.JSONField(default=list)
    because = models.JSONField(default=list)
    look_again_on = models.DateField(null=True)
    revision = models.PositiveIntegerField(default=0, db_default=0)

    objects = ScopedManager()

    class Meta:
        indexes = [
            models.Index(name="standings_by_next_dose", fields=["group", "next_number", "earliest_on"]),
            models.Index(name="standings_to_look_at_again", fields=["look_again_on"]),
        ]

    def __str__(self) -> str:
        return f"{self.group}: {self.doses_counted} counted, next {self.next_number}"


class StandingsMade(models.Model):
    """By which rules all standings of a group were last made: where this differs from the rules in force, they are made anew."""

    placement = Placement.LOCAL

    group = models.CharField(max_length=24, primary_key=True)
    rules = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.group}: {self.rules}"

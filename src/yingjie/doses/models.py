"""Doses and standings."""

from django.db import models
from django.db.models import Q

from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement
from yingjie.people.models import Person
from yingjie.vaccines.models import Product

SOURCES = ("site", "elsewhere")


class Dose(models.Model):
    """A dose that a person got. Facts by law (疫苗管理法 art. 46): product, holder, smallest pack, expiry, time, vaccinator.

    `site_id` and `lot_number` are copied, not joined: they belong to rows placed elsewhere, and the record must stay whole.
    """

    placement = Placement.PERSON
    scope = Scope(permission="doses.view", area="person__area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="doses")
    number = models.PositiveSmallIntegerField()
    # The dose of the course that it counts as; null: it does not count. Kept by the updater of standings.
    counts_as = models.PositiveSmallIntegerField(null=True)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    given_on = models.DateField()
    given_at = models.DateTimeField(null=True)
    source = models.CharField(max_length=12)
    site_id = models.UUIDField(null=True)
    lot_number = models.CharField(max_length=32, blank=True)
    expires_on = models.DateField(null=True)
    vial_code = models.CharField(max_length=40, blank=True)
    given_by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True)
    void_reason = models.CharField(max_length=200, blank=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_dose_per_person_and_number",
                fields=["person", "number"],
                condition=Q(voided_at__isnull=True),
            ),
            models.CheckConstraint(name="dose_source_is_a_known_word", condition=Q(source__in=SOURCES)),
            models.CheckConstraint(
                name="dose_given_here_names_its_vial_and_site",
                condition=~Q(source="site")
                | (Q(site_id__isnull=False) & Q(given_at__isnull=False) & ~Q(lot_number="")),
            ),
        ]
        indexes = [models.Index(name="doses_by_day", fields=["given_on"])]

    def __str__(self) -> str:
        return f"dose {self.number} on {self.given_on}"


class Standing(models.Model):
    """Where a person stands in the schedule, as dates; the status of a day is computed from them. One updater owns it."""

    placement = Placement.PERSON
    scope = Scope(permission="doses.view", area="person__area__code")

    person = models.OneToOneField(Person, on_delete=models.CASCADE, primary_key=True, related_name="standing")
    schedule = models.CharField(max_length=64)
    doses_counted = models.PositiveSmallIntegerField(default=0)
    next_number = models.PositiveSmallIntegerField(null=True)
    earliest_on = models.DateField(null=True)
    recommended_on = models.DateField(null=True)
    overdue_on = models.DateField(null=True)
    completed_on = models.DateField(null=True)
    because = models.JSONField(default=list)

    objects = ScopedManager()

    class Meta:
        indexes = [models.Index(name="standings_by_next_dose", fields=["next_number", "earliest_on"])]

    def __str__(self) -> str:
        return f"{self.doses_counted} counted, next {self.next_number}"

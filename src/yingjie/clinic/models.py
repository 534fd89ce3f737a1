"""Visits."""

from django.db import models
from django.db.models import Q

from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement
from yingjie.people.models import Person
from yingjie.sites.models import Site

STATES = ("registered", "observed", "left", "turned_away")
TURNED_AWAY_REASONS = ("fever", "acute_illness", "contraindication", "declined", "documents", "other")


class SiteDay(models.Model):
    """A site's day: the last number that was called out to somebody who registered."""

    placement = Placement.PLACE
    scope = Scope(permission="clinic.view", area="site__area__code", site="site_id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    last_number = models.PositiveIntegerField(default=0)

    objects = ScopedManager()

    class Meta:
        constraints = [models.UniqueConstraint(name="site_counts_each_day_once", fields=["site", "on"])]

    def __str__(self) -> str:
        return f"{self.on}: {self.last_number}"


class Visit(models.Model):
    """One person's way through one site on one day. `observed` means vaccinated and under observation. `taken_back_at`: the record
    of its dose was wrong; whoever sits there stays under observation, and the person can be registered again."""

    placement = Placement.PERSON
    scope = Scope(permission="clinic.view", area="site__area__code", site="site_id")

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="visits")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=12)
    registered_at = models.DateTimeField()
    registered_by = models.CharField(max_length=80)
    checks = models.JSONField(default=dict)
    dose_id = models.UUIDField(null=True)
    vaccinated_at = models.DateTimeField(null=True)
    vaccinated_by = models.CharField(max_length=80, blank=True)
    observe_until = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    left_by = models.CharField(max_length=80, blank=True)
    left_early_reason = models.CharField(max_length=200, blank=True)
    turned_away_at = models.DateTimeField(null=True)
    turned_away_by = models.CharField(max_length=80, blank=True)
    turned_away_reason = models.CharField(max_length=20, blank=True)
    turned_away_note = models.CharField(max_length=200, blank=True)
    taken_back_at = models.DateTimeField(null=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_visit_per_person_and_day",
                fields=["person", "on"],
                condition=~Q(state="turned_away") & Q(taken_back_at__isnull=True),
            ),
            models.CheckConstraint(name="visit_state_is_a_known_word", condition=Q(state__in=STATES)),
            models.CheckConstraint(
                name="turned_away_visit_says_why",
                condition=~Q(state="turned_away") | Q(turned_away_reason__in=TURNED_AWAY_REASONS),
            ),
            models.CheckConstraint(
                name="vaccinated_visit_names_its_dose",
                condition=~Q(state__in=("observed", "left"))
                | (
                    Q(dose_id__isnull=False) & Q(vaccinated_at__isnull=False) & Q(observe_until__isnull=False)
                ),
            ),
        ]
        indexes = [models.Index(name="visits_of_a_site_and_day", fields=["site", "on", "state"])]

    def __str__(self) -> str:
        return f"{self.on} {self.state}"

"""暂缓人员监测: whoever cannot be vaccinated for now is looked after at intervals."""

from django.db import models
from django.db.models import Q

from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.foundation.crypto.fields import EncryptedTextField
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement
from yingjie.outreach.workflow import WATCH
from yingjie.people.models import Person

WATCH_RESULTS = ("stable", "unchanged", "worse", "not_met")
WATCH_ENDS = ("", "cleared", "over", "vaccinated", "contraindicated", "gone")


class Watch(models.Model):
    """Somebody deferred is asked how they are every `every_days` days by `monitor` (their account, where they have one), next on
    `next_on`. Says nothing of why they are deferred."""

    placement = Placement.PERSON
    scope = Scope(permission="outreach.view", area="person__area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="watches")
    monitor = models.CharField(max_length=80, blank=True)
    account = models.CharField(max_length=64, blank=True)
    every_days = models.PositiveSmallIntegerField()
    began_on = models.DateField()
    next_on = models.DateField()
    state = models.CharField(max_length=12, default=WATCH.initial)
    ended_on = models.DateField(null=True)
    ended = models.CharField(max_length=16, blank=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="person_is_watched_once", fields=["person"], condition=~Q(state="closed")
            ),
            models.CheckConstraint(name="watch_state_is_a_known_word", condition=Q(state__in=WATCH.states)),
            models.CheckConstraint(
                name="watch_interval_is_one_to_ninety_days",
                condition=Q(every_days__gte=1) & Q(every_days__lte=90),
            ),
            models.CheckConstraint(
                name="closed_watch_says_when_and_why",
                condition=Q(ended_on__isnull=True, ended="") & ~Q(state="closed")
                | Q(state="closed", ended_on__isnull=False, ended__in=WATCH_ENDS[1:]),
            ),
        ]
        indexes = [models.Index(name="watches_by_day", fields=["next_on"], condition=~Q(state="closed"))]

    def __str__(self) -> str:
        return self.state


class WatchCheck(models.Model):
    """One time that somebody asked how they are."""

    placement = Placement.PERSON
    scope = Scope(permission="outreach.view", area="person__area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    watch = models.ForeignKey(Watch, on_delete=models.CASCADE, related_name="checks")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="watch_checks")
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    result = models.CharField(max_length=12)
    note = EncryptedTextField(blank=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="watch_result_is_a_known_word", condition=Q(result__in=WATCH_RESULTS))
        ]

    def __str__(self) -> str:
        return self.result

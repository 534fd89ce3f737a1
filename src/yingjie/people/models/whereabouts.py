"""Where somebody is: here, in a neighbouring town, away, floating in, seasonally back; with history."""

from django.db import models
from django.db.models import F, Q

from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement
from yingjie.people.models.person import WHEREABOUTS, Person


class Whereabouts(models.Model):
    """From `from_on` (null: as long as anybody knows) until the day before `until_on`. Who never changed has no rows: the person's
    own column says it. Like stays, rows are retracted and never rewritten."""

    placement = Placement.PERSON
    scope = Scope(permission="people.view", area="person__area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="whereabouts_rows")
    word = models.CharField(max_length=12)
    place = models.CharField(max_length=80, blank=True)
    from_on = models.DateField(null=True)
    until_on = models.DateField(null=True)
    source = models.CharField(max_length=80, blank=True)
    by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()
    retracted_at = models.DateTimeField(null=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="whereabouts_is_a_known_word", condition=Q(word__in=WHEREABOUTS)),
            models.CheckConstraint(
                name="whereabouts_end_after_they_begin",
                condition=Q(from_on__isnull=True) | Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.word} {self.from_on}–{self.until_on}"

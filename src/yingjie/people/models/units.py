"""Who works, learns or lives at which unit."""

from uuid import UUID

from django.db import models
from django.db.models import F, Q

from yingjie.areas.models import Unit
from yingjie.foundation.access.scoping import Scope, ScopedManager, people_of_line
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement
from yingjie.people.models.person import Person


class Employment(models.Model):
    """A person belongs to a unit from a day until a day (the first on which they no longer do; null: still).

    `main` is the one that counts: a person counts once under an area and at most once under a line, whatever else they do beside.
    """

    placement = Placement.PERSON
    scope = Scope(permission="people.view", area="person__area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="employments")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    position = models.CharField(max_length=40, blank=True)
    main = models.BooleanField(default=True)
    from_on = models.DateField()
    until_on = models.DateField(null=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="person_has_one_live_main_employment",
                fields=["person"],
                condition=Q(main=True, until_on__isnull=True),
            ),
            models.UniqueConstraint(
                name="person_is_at_a_unit_once", fields=["person", "unit"], condition=Q(until_on__isnull=True)
            ),
            models.CheckConstraint(
                name="employment_ends_after_it_begins",
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")),
            ),
        ]

    def __str__(self) -> str:
        return self.position or "employment"


@people_of_line
def _of_line(line_code: str) -> models.QuerySet[Employment, UUID]:
    """A person counts at most once under a line: by the employment that is theirs above others."""
    rows = Employment.objects.unscoped(
        "a line's people are those at its units; their areas are the scope's matter"
    )
    return rows.filter(main=True, until_on__isnull=True, unit__line_id=line_code).values_list(
        "person_id", flat=True
    )

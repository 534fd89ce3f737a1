"""Who goes where: a proposal for an area and a stretch of days, and one row for each person in it."""

from django.db import models
from django.db.models import Q

from yingjie.areas.models import Area
from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement
from yingjie.people.models import Person
from yingjie.plans.workflow import PROPOSAL

FATES = ("", "booked", "kept", "given_up")


class Proposal(models.Model):
    """`disturbance` is what a re-plan reckons with: {"closed": [site ids], "late": {site id: days}}; `based_on` the proposal whose
    people it moves. `told` is what the solver said: people, placed, gap to the proven bound, means, who was left out and why."""

    placement = Placement.LOCAL
    scope = Scope(permission="plans.assign", area="area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=120)
    first_on = models.DateField()
    last_on = models.DateField()
    based_on = models.UUIDField(null=True)
    disturbance = models.JSONField(default=dict)
    told = models.JSONField(default=dict)
    state = models.CharField(max_length=10, default=PROPOSAL.initial)
    job_id = models.UUIDField(null=True)
    made_by = models.CharField(max_length=80)
    made_at = models.DateTimeField()
    applied_by = models.CharField(max_length=80, blank=True)
    applied_at = models.DateTimeField(null=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="proposal_state_is_a_known_word", condition=Q(state__in=PROPOSAL.states)
            ),
            models.CheckConstraint(
                name="proposal_ends_on_or_after_its_first_day", condition=Q(last_on__gte=models.F("first_on"))
            ),
            models.CheckConstraint(
                name="applied_proposal_says_when",
                condition=~Q(state__in=("applied", "undone")) | Q(applied_at__isnull=False),
            ),
        ]
        indexes = [models.Index(name="proposals_of_an_area", fields=["area", "-made_at"])]

    def __str__(self) -> str:
        return self.title


class Placed(models.Model):
    """A person in a proposal (a copied id: people are spread, proposals are not). `session_id` null: left over. `because` is the
    explanation {zh, en, others}; `was_session_id` where a re-plan found them, `was_booking_id` their place there. `fate` after
    applying: booked, kept (stayed where they were), given_up (their place was given back and no other was found)."""

    placement = Placement.PERSON
    scope = Scope(permission="plans.assign", area="person__area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    proposal_id = models.UUIDField()
    number = models.PositiveSmallIntegerField()
    village_code = models.CharField(max_length=12)
    household_id = models.UUIDField(null=True)
    earliest_on = models.DateField()
    latest_on = models.DateField()
    due_on = models.DateField()
    weight = models.PositiveIntegerField(default=1)
    products = models.JSONField()
    session_id = models.UUIDField(null=True)
    site_id = models.UUIDField(null=True)
    on = models.DateField(null=True)
    product_code = models.CharField(max_length=40, blank=True)
    km = models.FloatField(null=True)
    pinned = models.BooleanField(default=False)
    because = models.JSONField(default=dict)
    was_session_id = models.UUIDField(null=True)
    was_booking_id = models.UUIDField(null=True)
    fate = models.CharField(max_length=10, blank=True)
    booking_id = models.UUIDField(null=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="person_stands_once_in_a_proposal", fields=["person", "proposal_id"]
            ),
            models.CheckConstraint(name="fate_in_a_proposal_is_a_known_word", condition=Q(fate__in=FATES)),
            models.CheckConstraint(
                name="placed_person_has_site_and_day",
                condition=Q(session_id__isnull=True) | (Q(site_id__isnull=False) & Q(on__isnull=False)),
            ),
        ]
        indexes = [models.Index(name="people_of_a_proposal", fields=["proposal_id", "village_code"])]

    def __str__(self) -> str:
        return f"{self.person_id} on {self.on}"

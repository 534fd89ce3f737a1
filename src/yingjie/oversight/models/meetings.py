"""约谈 and 督办 on the spot: where and when the two sides meet about a card, who came, what was said."""

from django.db import models
from django.db.models import Q

from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement
from yingjie.oversight.models.cards import Card
from yingjie.oversight.workflow import MEETING


class Meeting(models.Model):
    """An interview, or a visit on the spot of a supervision order. `invited` are asked to come, `attended` came; `record` is what
    was said and agreed. One that was called off says why and stays."""

    placement = Placement.LOCAL
    scope = Scope(permission="oversight.view", area="card__area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    card = models.ForeignKey(Card, on_delete=models.CASCADE, related_name="meetings")
    state = models.CharField(max_length=12, default=MEETING.initial)
    at = models.DateTimeField()
    place = models.CharField(max_length=80)
    invited = models.CharField(max_length=300)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=80)
    attended = models.CharField(max_length=300, blank=True)
    record = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=80, blank=True)
    called_off_because = models.CharField(max_length=300, blank=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="card_has_one_meeting_ahead", fields=["card"], condition=Q(state="planned")
            ),
            models.CheckConstraint(
                name="meeting_state_is_a_known_word", condition=Q(state__in=MEETING.states)
            ),
            models.CheckConstraint(
                name="held_meeting_says_who_came_and_what_was_said",
                condition=~Q(state="held") | (~Q(attended="") & ~Q(record="")),
            ),
            models.CheckConstraint(
                name="meeting_called_off_says_why",
                condition=~Q(state="called_off") | ~Q(called_off_because=""),
            ),
            models.CheckConstraint(
                name="closed_meeting_says_when", condition=Q(state="planned") | Q(closed_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.card_id} {self.at}"

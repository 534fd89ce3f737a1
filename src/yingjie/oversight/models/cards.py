"""Cards, interviews and supervision orders, with their steps."""

from django.db import models
from django.db.models import Q

from yingjie.areas.models import Area
from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement


class Card(models.Model):
    """A yellow or red card, an interview or a supervision order: raised for `area` from the bulletins of `raised_by`, by a
    rule or (rule "") by hand. `owner` of the supervising side follows it to its end. What it rests on never changes; who did what
    with it is in its steps, and what was said face to face in its meetings."""

    placement = Placement.LOCAL
    scope = Scope(permission="oversight.view", area="area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    raised_by = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12)
    rule = models.CharField(max_length=40, blank=True)
    title_zh = models.CharField(max_length=80)
    title_en = models.CharField(max_length=120)
    because_zh = models.TextField()
    because_en = models.TextField()
    rests_on = models.JSONField(default=list)
    on = models.DateField()
    reply_days = models.PositiveSmallIntegerField()
    reply_due_on = models.DateField(null=True)
    state = models.CharField(max_length=12)
    owner = models.CharField(max_length=80, blank=True, default="", db_default="")
    made_at = models.DateTimeField()

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="rule_raises_one_live_card_for_an_area",
                fields=["area", "rule"],
                condition=Q(state__in=("proposed", "open", "replied")) & ~Q(rule=""),
            ),
            models.CheckConstraint(
                name="card_kind_is_a_known_word",
                condition=Q(kind__in=("yellow", "red", "interview", "order")),
            ),
            models.CheckConstraint(
                name="card_state_is_a_known_word",
                condition=Q(state__in=("proposed", "open", "replied", "lifted", "dismissed")),
            ),
            models.CheckConstraint(
                name="confirmed_card_has_a_day_for_its_reply",
                condition=Q(state__in=("proposed", "dismissed")) | Q(reply_due_on__isnull=False),
            ),
        ]
        indexes = [models.Index(name="live_cards_of_an_area", fields=["area", "state"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.area_id} {self.on}"


class CardStep(models.Model):
    """One step of a card: who took it, when, with which words."""

    placement = Placement.LOCAL
    scope = Scope(permission="oversight.view", area="card__area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    card = models.ForeignKey(Card, on_delete=models.CASCADE, related_name="steps")
    step = models.CharField(max_length=12)
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    text = models.TextField(blank=True)

    objects = ScopedManager()

    def __str__(self) -> str:
        return f"{self.step} {self.at}"

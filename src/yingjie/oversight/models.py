"""Bulletins."""

from django.db import models
from django.db.models import F, Q

from yingjie.areas.models import Area
from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement


class Bulletin(models.Model):
    """An issued bulletin: its content as it was at the cut-off, with the hash of that content. Never changed again.

    `number` counts up in an area from 1 each `year` (the year of the day reported).
    """

    placement = Placement.LOCAL
    scope = Scope(permission="oversight.view", area="area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    cut_off_at = models.DateTimeField()
    content = models.JSONField()
    content_sha256 = models.CharField(max_length=64)
    issued_at = models.DateTimeField()
    issued_by = models.CharField(max_length=80)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_bulletin_per_area_and_day", fields=["area", "on"]),
            models.UniqueConstraint(
                name="bulletin_numbers_count_up_in_an_area_and_year", fields=["area", "year", "number"]
            ),
            models.CheckConstraint(name="bulletin_number_counts_from_one", condition=Q(number__gte=1)),
            models.CheckConstraint(name="bulletin_year_is_that_of_its_day", condition=Q(year=F("on__year"))),
            models.CheckConstraint(
                name="bulletin_is_issued_after_its_cut_off", condition=Q(issued_at__gte=F("cut_off_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area_id} {self.on} no. {self.number}"


class ReportedFigures(models.Model):
    """What a village counted by hand for its balance of a day: people by term, and `registered`. Compared with the ledger, never
    mixed into it."""

    placement = Placement.LOCAL
    scope = Scope(permission="oversight.view", area="area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    figures = models.JSONField()
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_hand_count_per_area_and_day", fields=["area", "on"]),
        ]

    def __str__(self) -> str:
        return f"{self.area_id} {self.on}"


class Card(models.Model):
    """A yellow or red card, an interview or a supervision order: raised for `area` from the bulletins of `raised_by`, by a
    rule or (rule "")
    by hand. What it rests on never changes; who did what with it is in its steps."""

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

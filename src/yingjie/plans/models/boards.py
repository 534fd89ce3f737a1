"""A board: sessions of some days moved about by hand, before anybody is told."""

from django.db import models
from django.db.models import Q

from yingjie.areas.models import Area
from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement
from yingjie.plans.workflow import BOARD


class Board(models.Model):
    """`facts` is the ledger as it was when the board was drawn up: sites, sessions, people to whom a dose is due, doses, ways.
    `moves` are what was done on it, in order; the first `upto` of them hold, the rest were undone and can be done again.
    `made` says by the session's id which one took its place when the board was applied."""

    placement = Placement.LOCAL
    scope = Scope(permission="plans.assign", area="area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=120)
    first_on = models.DateField()
    days = models.PositiveSmallIntegerField()
    facts = models.JSONField()
    moves = models.JSONField(default=list)
    upto = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=10, default=BOARD.initial)
    made = models.JSONField(default=dict)
    made_by = models.CharField(max_length=80)
    made_at = models.DateTimeField()
    applied_by = models.CharField(max_length=80, blank=True)
    applied_at = models.DateTimeField(null=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="board_state_is_a_known_word", condition=Q(state__in=BOARD.states)),
            models.CheckConstraint(name="board_holds_one_to_fourteen_days", condition=Q(days__range=(1, 14))),
            models.CheckConstraint(
                name="applied_board_says_when", condition=~Q(state="applied") | Q(applied_at__isnull=False)
            ),
        ]
        indexes = [models.Index(name="boards_of_an_area", fields=["area", "-made_at"])]

    def __str__(self) -> str:
        return self.title

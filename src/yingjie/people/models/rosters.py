"""Rosters on their way into the ledger: whole pages of lines, and the few lines that somebody has to look at or undo."""

from django.db import models
from django.db.models import Q

from yingjie.areas.models import Area
from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.foundation.crypto.fields import EncryptedBytesField, EncryptedTextField
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement

IMPORT_STATES = ("proposed", "committed", "discarded", "undone")
ROSTER_KINDS = ("police_register", "census", "grid_survey", "unit_roster", "pushed_list", "import")
"""The kinds of sources that come as a list; `import` where nobody said which."""
FATES = ("new", "same", "changed", "doubtful", "refused")


class RosterImport(models.Model):
    """A roster on its way into the ledger: a proposal until somebody commits it. `source_kind` is what the list is (one of
    `provenance.SOURCE_KINDS`), `said_on` the day whose facts it holds; null: the day on which it is written."""

    placement = Placement.LOCAL
    scope = Scope(permission="people.import", area="area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    file_sha256 = models.CharField(max_length=64)
    source_kind = models.CharField(max_length=20, default="import")
    said_on = models.DateField(null=True)
    mapping = models.JSONField()
    counts = models.JSONField()
    state = models.CharField(max_length=12, default="proposed")
    by = models.CharField(max_length=80)
    created_at = models.DateTimeField()
    committed_at = models.DateTimeField(null=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="import_state_is_a_known_word", condition=Q(state__in=IMPORT_STATES)),
            models.CheckConstraint(
                name="import_source_is_a_known_word", condition=Q(source_kind__in=ROSTER_KINDS)
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


class RosterPage(models.Model):
    """Some thousand lines of a roster, sealed together: their cells as they came, what was read from them, and their fates.

    A line by itself is never written: a million of them are some fifty pages. `counts` has the lines of each fate, so that the
    n-th line of a fate is found without opening the pages before it. The format of `content` is `people.roster.pages`'s.
    """

    placement = Placement.LOCAL
    scope = Scope(permission="people.import", area="roster__area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    roster = models.ForeignKey(RosterImport, on_delete=models.CASCADE, related_name="pages")
    order = models.PositiveIntegerField()
    lines = models.PositiveIntegerField()
    counts = models.JSONField()
    content = EncryptedBytesField()

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="roster_has_each_page_once", fields=["roster", "order"]),
        ]

    def __str__(self) -> str:
        return f"page {self.order}: {self.lines} lines"


class RosterRow(models.Model):
    """A line that changed somebody: `before` is what a commit replaced in the ledger, which an undo puts back."""

    placement = Placement.LOCAL
    scope = Scope(permission="people.import", area="roster__area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    roster = models.ForeignKey(RosterImport, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    cells = EncryptedTextField(null=True)
    proposal = EncryptedTextField(null=True)
    before = EncryptedTextField(null=True)
    fate = models.CharField(max_length=10)
    reasons = models.JSONField(default=list)
    person_id = models.UUIDField(null=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="roster_has_each_line_once", fields=["roster", "number"]),
            models.CheckConstraint(name="roster_row_fate_is_a_known_word", condition=Q(fate__in=FATES)),
        ]

    def __str__(self) -> str:
        return f"line {self.number}: {self.fate}"


class RosterLayout(models.Model):
    """How a source's columns were understood, and what it was, the last time somebody committed a file with these headings in this
    area."""

    placement = Placement.LOCAL
    scope = Scope(permission="people.import", area="area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    signature = models.CharField(max_length=64)
    labels = models.JSONField()
    fields = models.JSONField()
    source_kind = models.CharField(max_length=20, default="import")
    by = models.CharField(max_length=80)
    used_at = models.DateTimeField()

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="area_remembers_each_layout_once", fields=["area", "signature"]),
        ]

    def __str__(self) -> str:
        return f"{len(self.labels)} columns"

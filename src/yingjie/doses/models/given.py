"""Doses."""

from django.db import models
from django.db.models import F, Q

from yingjie.foundation.access.scoping import Scope, ScopedManager
from yingjie.foundation.ids import uuid7
from yingjie.foundation.placement import Placement
from yingjie.people.models import Person
from yingjie.vaccines.models import Product

SOURCES = ("site", "elsewhere")


class Dose(models.Model):
    """A dose that a person got. Facts by law (疫苗管理法 art. 46): product, holder, smallest pack, expiry, time, vaccinator.

    `site_id` and `lot_number` are copied, not joined: they belong to rows placed elsewhere, and the record must stay whole. A dose
    given elsewhere has `given_in` instead of a site. A wrong record is never changed: it is taken back (`voided_at`), and where it
    should have said something else, another row says so and names it in `supersedes`.
    """

    placement = Placement.PERSON
    scope = Scope(permission="doses.view", area="person__area__code")

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="doses")
    group = models.CharField(max_length=24, default="COVID-19")
    number = models.PositiveSmallIntegerField()
    # The dose of the course that it counts as; null: it does not count. Kept by the updater of standings.
    counts_as = models.PositiveSmallIntegerField(null=True)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    given_on = models.DateField()
    given_at = models.DateTimeField(null=True)
    source = models.CharField(max_length=12)
    site_id = models.UUIDField(null=True)
    given_in = models.CharField(max_length=120, blank=True)
    lot_number = models.CharField(max_length=32, blank=True)
    expires_on = models.DateField(null=True)
    vial_code = models.CharField(max_length=40, blank=True)
    given_by = models.CharField(max_length=80, blank=True)
    recorded_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True)
    void_reason = models.CharField(max_length=200, blank=True)
    supersedes = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="superseded_by")

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_dose_per_person_and_number",
                fields=["person", "group", "number"],
                condition=Q(voided_at__isnull=True),
            ),
            models.UniqueConstraint(
                name="a_record_is_superseded_once",
                fields=["person", "supersedes"],
                condition=Q(supersedes__isnull=False),
            ),
            models.CheckConstraint(name="dose_source_is_a_known_word", condition=Q(source__in=SOURCES)),
            models.CheckConstraint(
                name="dose_given_here_names_its_vial_and_site",
                condition=~Q(source="site")
                | (Q(site_id__isnull=False) & Q(given_at__isnull=False) & ~Q(lot_number="")),
            ),
            models.CheckConstraint(
                name="dose_does_not_supersede_itself",
                condition=Q(supersedes__isnull=True) | ~Q(supersedes=F("id")),
            ),
        ]
        indexes = [models.Index(name="doses_by_day", fields=["given_on"])]

    def __str__(self) -> str:
        return f"dose {self.number} on {self.given_on}"

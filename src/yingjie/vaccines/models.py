"""Products."""

from django.db import models
from django.db.models import Q

from yingjie.foundation.placement import Placement


class Product(models.Model):
    """A vaccine product. Its rules are data in vaxkit.ruledata under `schedule`."""

    placement = Placement.REFERENCE

    code = models.CharField(max_length=32, primary_key=True)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120)
    maker_zh = models.CharField(max_length=80)
    maker_en = models.CharField(max_length=120)
    specification = models.CharField(max_length=80)
    doses_per_vial = models.PositiveSmallIntegerField()
    dose_ml = models.DecimalField(max_digits=4, decimal_places=2)
    route = models.CharField(max_length=24)
    body_site = models.CharField(max_length=40)
    schedule = models.CharField(max_length=64)
    code_prefix = models.CharField(max_length=7, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="product_vial_holds_a_dose", condition=Q(doses_per_vial__gte=1)),
        ]

    def __str__(self) -> str:
        return self.name_zh

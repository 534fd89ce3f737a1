import django.db.models.deletion
from django.db import migrations, models

import yingjie.foundation.ids


class Migration(migrations.Migration):
    replaces = [("areas", "0001_initial"), ("areas", "0002_units_and_lines")]

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Area",
            fields=[
                ("code", models.CharField(max_length=16, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=64)),
                ("level", models.CharField(max_length=12)),
                ("pinyin", models.CharField(max_length=160)),
                ("opened_on", models.DateField(null=True)),
                ("closed_on", models.DateField(null=True)),
                (
                    "parent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="areas.area",
                    ),
                ),
                (
                    "successor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="predecessors",
                        to="areas.area",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "level__in",
                                ("province", "city", "county", "town", "village", "grid", "micro_grid"),
                            )
                        ),
                        name="area_level_is_a_known_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("parent__isnull", True),
                            ("code__startswith", models.F("parent")),
                            _connector="OR",
                        ),
                        name="area_code_begins_with_its_parents_code",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("successor__isnull", True), ("closed_on__isnull", False), _connector="OR"
                        ),
                        name="area_with_a_successor_is_closed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AreaChange",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("kind", models.CharField(max_length=8)),
                ("on", models.DateField()),
                ("from_name", models.CharField(max_length=64)),
                ("to_name", models.CharField(max_length=64)),
                ("rows_moved", models.PositiveBigIntegerField(default=0)),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("by", models.CharField(max_length=80)),
                ("at", models.DateTimeField()),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="changes", to="areas.area"
                    ),
                ),
                (
                    "into",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="areas.area",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ("rename", "merge"))),
                        name="area_change_kind_is_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AreaName",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("name", models.CharField(max_length=64)),
                ("kind", models.CharField(max_length=8)),
                ("until_on", models.DateField(null=True)),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="names", to="areas.area"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("area", "name"), name="area_has_each_name_once"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ("popular", "former"))),
                        name="area_name_kind_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Line",
            fields=[
                ("code", models.CharField(max_length=24, primary_key=True, serialize=False)),
                ("name_zh", models.CharField(max_length=40)),
                ("name_en", models.CharField(max_length=60)),
                ("order", models.PositiveSmallIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Unit",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("name", models.CharField(max_length=80)),
                ("pinyin", models.CharField(max_length=200)),
                ("kind", models.CharField(max_length=24)),
                ("address", models.CharField(blank=True, max_length=120)),
                ("contact", models.CharField(blank=True, max_length=40)),
                ("contact_phone", models.CharField(blank=True, max_length=24)),
                ("opened_on", models.DateField(null=True)),
                ("closed_on", models.DateField(null=True)),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="areas.area"
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="areas.line",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["name"], name="units_by_name", opclasses=["text_pattern_ops"])
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("opened_on__isnull", True),
                            ("closed_on__isnull", True),
                            ("closed_on__gte", models.F("opened_on")),
                            _connector="OR",
                        ),
                        name="unit_closes_after_it_opens",
                    )
                ],
            },
        ),
    ]

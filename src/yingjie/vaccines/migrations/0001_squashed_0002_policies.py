import django.db.models.deletion
from django.db import migrations, models

import yingjie.foundation.ids


class Migration(migrations.Migration):
    replaces = [("vaccines", "0001_initial"), ("vaccines", "0002_policies")]

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Manufacturer",
            fields=[
                ("code", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("name_zh", models.CharField(max_length=80)),
                ("name_en", models.CharField(max_length=120)),
            ],
        ),
        migrations.CreateModel(
            name="Platform",
            fields=[
                ("code", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("name_zh", models.CharField(max_length=80)),
                ("name_en", models.CharField(max_length=120)),
            ],
        ),
        migrations.CreateModel(
            name="Policy",
            fields=[
                ("code", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("group", models.CharField(max_length=24)),
                ("title_zh", models.CharField(max_length=120)),
                ("title_en", models.CharField(max_length=200)),
                ("dated_on", models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name="Product",
            fields=[
                ("code", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("name_zh", models.CharField(max_length=80)),
                ("name_en", models.CharField(max_length=120)),
                ("maker_zh", models.CharField(max_length=80)),
                ("maker_en", models.CharField(max_length=120)),
                ("specification", models.CharField(max_length=80)),
                ("doses_per_vial", models.PositiveSmallIntegerField()),
                ("dose_ml", models.DecimalField(decimal_places=2, max_digits=4)),
                ("route", models.CharField(max_length=24)),
                ("body_site", models.CharField(max_length=40)),
                ("schedule", models.CharField(blank=True, max_length=64)),
                ("code_prefix", models.CharField(blank=True, max_length=7)),
                ("cvx", models.CharField(blank=True, max_length=8)),
                ("group", models.CharField(default="COVID-19", max_length=24)),
                ("short_en", models.CharField(blank=True, max_length=80)),
                ("short_zh", models.CharField(blank=True, max_length=40)),
                (
                    "manufacturer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="products",
                        to="vaccines.manufacturer",
                    ),
                ),
                (
                    "platform",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="products",
                        to="vaccines.platform",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("doses_per_vial__gte", 1)), name="product_vial_holds_a_dose"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PolicyVersion",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("file_name", models.CharField(max_length=120)),
                ("sha256", models.CharField(max_length=64)),
                ("content", models.TextField()),
                ("state", models.CharField(default="draft", max_length=12)),
                ("added_at", models.DateTimeField()),
                ("added_by", models.CharField(max_length=80)),
                ("from_on", models.DateField(null=True)),
                ("until_on", models.DateField(null=True)),
                ("activated_at", models.DateTimeField(null=True)),
                ("activated_by", models.CharField(blank=True, max_length=80)),
                ("ended_by", models.CharField(blank=True, max_length=80)),
                ("ended_because", models.CharField(blank=True, max_length=200)),
                ("effects", models.JSONField(null=True)),
                ("measured_against", models.CharField(blank=True, max_length=64)),
                ("measured_at", models.DateTimeField(null=True)),
                (
                    "policy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="vaccines.policy",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("policy", "number"), name="policy_version_number_is_unique"
                    ),
                    models.UniqueConstraint(fields=("policy", "sha256"), name="policy_version_is_here_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "active")),
                        fields=("policy",),
                        name="one_active_version_per_policy",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("draft", "active", "replaced", "withdrawn"))),
                        name="policy_version_state_is_a_known_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ("active", "replaced")), _negated=True),
                            ("from_on__isnull", False),
                            _connector="OR",
                        ),
                        name="active_policy_version_has_a_first_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until_on__isnull", True),
                            ("until_on__gte", models.F("from_on")),
                            _connector="OR",
                        ),
                        name="policy_version_ends_after_it_begins",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Presentation",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("code", models.CharField(max_length=24)),
                ("container_zh", models.CharField(max_length=40)),
                ("container_en", models.CharField(max_length=80)),
                ("specification", models.CharField(max_length=80)),
                ("doses_per_vial", models.PositiveSmallIntegerField()),
                ("dose_ml", models.DecimalField(decimal_places=2, max_digits=4)),
                ("route", models.CharField(max_length=24)),
                ("trace_prefix", models.CharField(blank=True, max_length=7)),
                ("mark", models.CharField(max_length=1)),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="presentations",
                        to="vaccines.product",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("product", "code"), name="product_has_each_presentation_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("doses_per_vial__gte", 1)), name="presentation_holds_a_dose"
                    ),
                ],
            },
        ),
    ]

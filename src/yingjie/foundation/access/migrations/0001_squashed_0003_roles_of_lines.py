import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import yingjie.foundation.ids


class Migration(migrations.Migration):
    replaces = [
        ("access", "0001_initial"),
        ("access", "0002_health_officer"),
        ("access", "0003_roles_of_lines"),
    ]

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("username", models.CharField(max_length=64, unique=True)),
                ("display_name", models.CharField(max_length=64)),
                ("is_active", models.BooleanField(default=True)),
                ("language", models.CharField(default="zh-hans", max_length=10)),
                ("must_change_password", models.BooleanField(default=False)),
                ("area_code", models.CharField(blank=True, default="", max_length=16)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Grant",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("role", models.CharField(max_length=32)),
                ("area_code", models.CharField(max_length=16)),
                ("site_id", models.UUIDField(blank=True, null=True)),
                ("from_on", models.DateField()),
                ("until_on", models.DateField(blank=True, null=True)),
                ("granted_by", models.CharField(max_length=80)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="grants",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("line_code", models.CharField(blank=True, default="", max_length=24)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until_on__isnull", True),
                            ("until_on__gte", models.F("from_on")),
                            _connector="OR",
                        ),
                        name="grant_ends_after_it_begins",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "role__in",
                                [
                                    "administrator",
                                    "auditor",
                                    "county_lead",
                                    "grid_worker",
                                    "health_officer",
                                    "line_lead",
                                    "observer",
                                    "registrar",
                                    "screening_doctor",
                                    "site_lead",
                                    "store_keeper",
                                    "town_lead",
                                    "vaccinator",
                                    "village_officer",
                                ],
                            )
                        ),
                        name="grant_names_a_known_role",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("role__in", ["line_lead"]), models.Q(("line_code", ""), _negated=True)),
                            models.Q(models.Q(("role__in", ["line_lead"]), _negated=True), ("line_code", "")),
                            _connector="OR",
                        ),
                        name="grant_names_a_line_exactly_for_a_role_of_lines",
                    ),
                ],
            },
        ),
    ]

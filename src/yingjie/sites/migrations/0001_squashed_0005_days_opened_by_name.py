import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import yingjie.foundation.ids


class Migration(migrations.Migration):
    replaces = [
        ("sites", "0001_initial"),
        ("sites", "0002_layout_hours_and_readiness"),
        ("sites", "0003_teams_rosters_and_attendance"),
        ("sites", "0004_emergency_drills"),
        ("sites", "0005_days_opened_by_name"),
    ]

    initial = True

    dependencies = [
        ("areas", "0001_initial"),
        ("areas", "0002_units_and_lines"),
        ("staff", "0001_staff_and_certificates"),
    ]

    operations = [
        migrations.CreateModel(
            name="Site",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("code", models.CharField(max_length=24, unique=True)),
                ("name", models.CharField(max_length=80)),
                ("kind", models.CharField(max_length=12)),
                ("address", models.CharField(blank=True, max_length=120)),
                ("hours", models.CharField(blank=True, max_length=200)),
                ("opened_on", models.DateField()),
                ("closed_on", models.DateField(null=True)),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="areas.area"
                    ),
                ),
                ("seats_per_hour", models.PositiveIntegerField(null=True)),
                ("seats_per_session", models.PositiveIntegerField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ("store", "clinic", "temporary", "mobile", "special"))
                        ),
                        name="site_kind_is_a_known_word",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Emergency",
            fields=[
                (
                    "site",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="emergency",
                        serialize=False,
                        to="sites.site",
                    ),
                ),
                ("hospital", models.CharField(blank=True, max_length=80)),
                ("hospital_phone", models.CharField(blank=True, max_length=24)),
                ("drive_minutes", models.PositiveSmallIntegerField(null=True)),
                ("ambulance", models.CharField(blank=True, max_length=8)),
                ("ambulance_plate", models.CharField(blank=True, max_length=16)),
                ("kit_checked_on", models.DateField(null=True)),
                ("kit_checked_by", models.CharField(blank=True, max_length=80)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ambulance__in", ("", "on_site", "on_call"))),
                        name="ambulance_is_a_known_word",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Equipment",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("code", models.CharField(max_length=24)),
                ("pieces", models.PositiveSmallIntegerField(default=0)),
                ("broken", models.PositiveSmallIntegerField(default=0)),
                ("wanted", models.PositiveSmallIntegerField(null=True)),
                ("note", models.CharField(blank=True, max_length=120)),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="equipment", to="sites.site"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("site", "code"), name="site_lists_equipment_once"),
                    models.CheckConstraint(
                        condition=models.Q(("broken__lte", models.F("pieces"))),
                        name="not_more_is_broken_than_there_is",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Finding",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("code", models.CharField(max_length=32)),
                ("what", models.CharField(max_length=300)),
                ("photo", models.CharField(blank=True, max_length=64)),
                ("state", models.CharField(default="open", max_length=10)),
                ("found_at", models.DateTimeField()),
                ("found_by", models.CharField(max_length=80)),
                ("correct_by_on", models.DateField(null=True)),
                ("correction", models.CharField(blank=True, max_length=300)),
                ("correction_photo", models.CharField(blank=True, max_length=64)),
                ("corrected_at", models.DateTimeField(null=True)),
                ("corrected_by", models.CharField(blank=True, max_length=80)),
                ("checked_at", models.DateTimeField(null=True)),
                ("checked_by", models.CharField(blank=True, max_length=80)),
                ("check_note", models.CharField(blank=True, max_length=300)),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="findings", to="sites.site"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "settled"), _negated=True),
                        fields=["site", "found_at"],
                        name="findings_not_settled",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("open", "corrected", "settled"))),
                        name="finding_state_is_a_known_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "open"), models.Q(("correction", ""), _negated=True), _connector="OR"
                        ),
                        name="a_corrected_finding_says_how",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Inspection",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("on", models.DateField()),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=80)),
                ("fine", models.JSONField(default=list)),
                ("left_out", models.JSONField(default=list)),
                ("note", models.CharField(blank=True, max_length=300)),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inspections",
                        to="sites.site",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["site", "-on"], name="inspections_of_a_site_by_day")],
            },
        ),
        migrations.CreateModel(
            name="KitItem",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("code", models.CharField(max_length=24)),
                ("pieces", models.PositiveSmallIntegerField(default=0)),
                ("expires_on", models.DateField(null=True)),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="kit", to="sites.site"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("site", "code"), name="kit_lists_something_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="SpecialDay",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("on", models.DateField()),
                ("hours", models.CharField(blank=True, max_length=120)),
                ("reason", models.CharField(blank=True, max_length=120)),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="special_days",
                        to="sites.site",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("site", "on"), name="site_has_a_special_day_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Station",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("room", models.CharField(max_length=16)),
                ("number", models.PositiveSmallIntegerField()),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="stations", to="sites.site"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at__isnull", True)),
                        fields=("site", "room", "number"),
                        name="station_number_is_unique_in_its_room",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "room__in",
                                (
                                    "check_in",
                                    "waiting",
                                    "registration",
                                    "screening",
                                    "vaccination",
                                    "observation",
                                    "emergency",
                                    "cold_room",
                                ),
                            )
                        ),
                        name="station_room_is_a_known_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1)), name="stations_are_numbered_from_one"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Zone",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("room", models.CharField(max_length=16)),
                ("letter", models.CharField(blank=True, max_length=4)),
                ("seats", models.PositiveIntegerField(default=0)),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="zones", to="sites.site"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at__isnull", True)),
                        fields=("site", "room", "letter"),
                        name="site_has_each_zone_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "room__in",
                                (
                                    "check_in",
                                    "waiting",
                                    "registration",
                                    "screening",
                                    "vaccination",
                                    "observation",
                                    "emergency",
                                    "cold_room",
                                ),
                            )
                        ),
                        name="zone_room_is_a_known_word",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="finding",
            name="inspection",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="findings", to="sites.inspection"
            ),
        ),
        migrations.AddField(
            model_name="station",
            name="zone",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="stations", to="sites.zone"
            ),
        ),
        migrations.CreateModel(
            name="Roster",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("first_on", models.DateField()),
                ("last_on", models.DateField()),
                ("state", models.CharField(default="draft", max_length=10)),
                ("told", models.JSONField(default=dict)),
                ("made_by", models.CharField(max_length=80)),
                ("made_at", models.DateTimeField()),
                ("published_by", models.CharField(blank=True, max_length=80)),
                ("published_at", models.DateTimeField(null=True)),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rosters", to="sites.site"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["site", "first_on"], name="rosters_of_a_site_by_day")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("draft", "published", "dropped"))),
                        name="roster_state_is_a_known_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("last_on__gte", models.F("first_on"))),
                        name="roster_ends_after_it_begins",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "published"), _negated=True),
                            ("published_at__isnull", False),
                            _connector="OR",
                        ),
                        name="a_published_roster_says_when",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ShiftPattern",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("code", models.CharField(max_length=12)),
                ("name", models.CharField(max_length=20)),
                ("begins", models.PositiveSmallIntegerField()),
                ("ends", models.PositiveSmallIntegerField()),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="shifts", to="sites.site"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("site", "code"), name="site_has_each_shift_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("begins__lt", 1440),
                            ("ends__gt", models.F("begins")),
                            (
                                "ends__lte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("begins"), "+", models.Value(1440)
                                ),
                            ),
                        ),
                        name="shift_lasts_a_day_at_most",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Need",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("role", models.CharField(max_length=24)),
                (
                    "people",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(), size=7
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="needs", to="sites.site"
                    ),
                ),
                (
                    "shift",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="needs",
                        to="sites.shiftpattern",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("site", "shift", "role"), name="shift_needs_a_role_once"),
                    models.CheckConstraint(
                        condition=models.Q(("people__len", 7)), name="a_need_is_for_seven_days"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Duty",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("on", models.DateField()),
                ("role", models.CharField(max_length=24)),
                ("pinned", models.BooleanField(default=False)),
                ("in_spite_of", models.CharField(blank=True, max_length=200)),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.staffmember"
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="duties", to="sites.site"
                    ),
                ),
                (
                    "roster",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="duties", to="sites.roster"
                    ),
                ),
                (
                    "shift",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sites.shiftpattern"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["site", "on"], name="duties_of_a_site_by_day")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("site", "roster", "member", "on"),
                        name="a_roster_gives_somebody_one_duty_a_day",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Swap",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("state", models.CharField(default="asked", max_length=10)),
                ("words", models.CharField(blank=True, max_length=200)),
                ("asked_by", models.CharField(max_length=80)),
                ("asked_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                ("decided_by", models.CharField(blank=True, max_length=80)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "duty",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="swaps", to="sites.duty"
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sites.site"
                    ),
                ),
                (
                    "to_member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.staffmember"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ("asked", "agreed", "declined", "withdrawn", "allowed", "refused"))
                        ),
                        name="swap_state_is_a_known_word",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("asked", "agreed"))),
                        fields=("site", "duty"),
                        name="a_duty_is_asked_about_once_at_a_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TeamMember",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("from_on", models.DateField()),
                ("until_on", models.DateField(null=True)),
                ("week_hours", models.PositiveSmallIntegerField(null=True)),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.staffmember"
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="team", to="sites.site"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until_on__isnull", True)),
                        fields=("site", "member"),
                        name="team_names_somebody_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until_on__isnull", True),
                            ("until_on__gte", models.F("from_on")),
                            _connector="OR",
                        ),
                        name="team_member_ends_after_beginning",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TimeOff",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("kind", models.CharField(max_length=12)),
                ("from_on", models.DateField()),
                ("until_on", models.DateField()),
                ("by", models.CharField(max_length=80)),
                ("at", models.DateTimeField()),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.staffmember"
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sites.site"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ("leave", "sick", "rather_not", "would_like"))),
                        name="time_off_kind_is_a_known_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until_on__gte", models.F("from_on"))),
                        name="time_off_ends_after_it_begins",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Presence",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("on", models.DateField()),
                ("begins_at", models.DateTimeField(null=True)),
                ("in_at", models.DateTimeField()),
                ("in_by", models.CharField(max_length=80)),
                ("out_at", models.DateTimeField(null=True)),
                ("out_by", models.CharField(blank=True, max_length=80)),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.staffmember"
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sites.site"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["site", "on"], name="presences_of_a_site_by_day")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("out_at__isnull", True)),
                        fields=("site", "member"),
                        name="nobody_is_here_twice",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("out_at__isnull", True), ("out_at__gte", models.F("in_at")), _connector="OR"
                        ),
                        name="nobody_leaves_before_coming",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Drill",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("on", models.DateField()),
                ("scenario", models.CharField(max_length=24)),
                ("led_by", models.CharField(max_length=40)),
                ("people", models.JSONField(default=list)),
                ("seconds", models.JSONField(default=dict)),
                ("finding", models.CharField(blank=True, max_length=500)),
                ("correct_by_on", models.DateField(null=True)),
                ("correction", models.CharField(blank=True, max_length=500)),
                ("corrected_at", models.DateTimeField(null=True)),
                ("corrected_by", models.CharField(blank=True, max_length=80)),
                ("by", models.CharField(max_length=80)),
                ("at", models.DateTimeField()),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="drills", to="sites.site"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["site", "-on"], name="drills_of_a_site_by_day")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("finding", ""), _negated=True), ("correction", ""), _connector="OR"
                        ),
                        name="drill_corrects_what_was_found",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("corrected_at__isnull", True),
                            models.Q(("correction", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="corrected_drill_says_how",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DayPermit",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("on", models.DateField()),
                ("against", models.JSONField(default=list)),
                ("reason", models.CharField(max_length=200)),
                ("by", models.CharField(max_length=80)),
                ("at", models.DateTimeField()),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="day_permits",
                        to="sites.site",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("site", "on"), name="a_day_of_a_site_is_permitted_once"),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="a_day_permit_says_why"
                    ),
                ],
            },
        ),
    ]

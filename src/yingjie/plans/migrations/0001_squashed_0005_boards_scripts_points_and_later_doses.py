import django.db.models.deletion
from django.db import migrations, models

import yingjie.foundation.ids


class Migration(migrations.Migration):
    replaces = [
        ("plans", "0001_scenarios"),
        ("plans", "0002_proposals"),
        ("plans", "0003_supply_campaigns_and_exercises"),
        ("plans", "0004_untitled_scenarios"),
        ("plans", "0005_boards_scripts_points_and_later_doses"),
    ]

    initial = True

    dependencies = [
        ("areas", "0002_units_and_lines"),
        ("people", "0009_stays_of_joined_records"),
        ("sites", "0003_teams_rosters_and_attendance"),
        ("sites", "0004_emergency_drills"),
    ]

    operations = [
        migrations.CreateModel(
            name="Scenario",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("on", models.DateField()),
                ("title", models.CharField(blank=True, max_length=120)),
                ("based_on", models.UUIDField(null=True)),
                ("document", models.JSONField()),
                ("basis", models.JSONField(default=dict)),
                ("replications", models.PositiveIntegerField(default=200)),
                ("seed", models.PositiveIntegerField(default=1)),
                ("result", models.JSONField(null=True)),
                ("staffing", models.JSONField(null=True)),
                ("job_id", models.UUIDField(null=True)),
                ("made_by", models.CharField(max_length=80)),
                ("made_at", models.DateTimeField()),
                ("simulated_at", models.DateTimeField(null=True)),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sites.site"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["site", "on"], name="scenarios_of_a_site_and_day")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("result__isnull", True), ("simulated_at__isnull", False), _connector="OR"
                        ),
                        name="simulated_scenario_says_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("replications__gte", 1)),
                        name="scenario_is_simulated_once_at_least",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Placed",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("proposal_id", models.UUIDField()),
                ("number", models.PositiveSmallIntegerField()),
                ("village_code", models.CharField(max_length=12)),
                ("household_id", models.UUIDField(null=True)),
                ("earliest_on", models.DateField()),
                ("latest_on", models.DateField()),
                ("due_on", models.DateField()),
                ("weight", models.PositiveIntegerField(default=1)),
                ("products", models.JSONField()),
                ("session_id", models.UUIDField(null=True)),
                ("site_id", models.UUIDField(null=True)),
                ("on", models.DateField(null=True)),
                ("product_code", models.CharField(blank=True, max_length=40)),
                ("km", models.FloatField(null=True)),
                ("pinned", models.BooleanField(default=False)),
                ("because", models.JSONField(default=dict)),
                ("was_session_id", models.UUIDField(null=True)),
                ("was_booking_id", models.UUIDField(null=True)),
                ("fate", models.CharField(blank=True, max_length=10)),
                ("booking_id", models.UUIDField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["proposal_id", "village_code"], name="people_of_a_proposal")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "proposal_id"), name="person_stands_once_in_a_proposal"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("fate__in", ("", "booked", "kept", "given_up"))),
                        name="fate_in_a_proposal_is_a_known_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("session_id__isnull", True),
                            models.Q(("site_id__isnull", False), ("on__isnull", False)),
                            _connector="OR",
                        ),
                        name="placed_person_has_site_and_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Proposal",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("title", models.CharField(max_length=120)),
                ("first_on", models.DateField()),
                ("last_on", models.DateField()),
                ("based_on", models.UUIDField(null=True)),
                ("disturbance", models.JSONField(default=dict)),
                ("told", models.JSONField(default=dict)),
                ("state", models.CharField(default="computing", max_length=10)),
                ("job_id", models.UUIDField(null=True)),
                ("made_by", models.CharField(max_length=80)),
                ("made_at", models.DateTimeField()),
                ("applied_by", models.CharField(blank=True, max_length=80)),
                ("applied_at", models.DateTimeField(null=True)),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="areas.area"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["area", "-made_at"], name="proposals_of_an_area")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ("computing", "ready", "applied", "undone", "dropped"))
                        ),
                        name="proposal_state_is_a_known_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("last_on__gte", models.F("first_on"))),
                        name="proposal_ends_on_or_after_its_first_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ("applied", "undone")), _negated=True),
                            ("applied_at__isnull", False),
                            _connector="OR",
                        ),
                        name="applied_proposal_says_when",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Exercise",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("title", models.CharField(max_length=120)),
                ("script", models.JSONField()),
                ("plan", models.JSONField(null=True)),
                ("state", models.CharField(default="prepared", max_length=10)),
                ("minute", models.FloatField(default=0)),
                ("since_at", models.DateTimeField(null=True)),
                ("pace", models.PositiveSmallIntegerField(default=1)),
                ("result", models.JSONField(null=True)),
                ("made_by", models.CharField(max_length=80)),
                ("made_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="areas.area"
                    ),
                ),
                ("job_id", models.UUIDField(null=True)),
                ("reckoned_minute", models.FloatField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("prepared", "running", "paused", "ended"))),
                        name="exercise_state_is_a_known_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("minute__gte", 0), ("pace__gte", 1)),
                        name="exercise_clock_goes_forward",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "running"), _negated=True),
                            ("since_at__isnull", False),
                            _connector="OR",
                        ),
                        name="running_exercise_has_a_beginning",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ExerciseDecision",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("inject", models.CharField(max_length=40)),
                ("option", models.CharField(max_length=40)),
                ("role", models.CharField(max_length=40)),
                ("minute", models.FloatField()),
                ("words", models.TextField(blank=True)),
                ("by", models.CharField(max_length=80)),
                ("at", models.DateTimeField()),
                (
                    "exercise",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="decisions",
                        to="plans.exercise",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("exercise", "inject", "role"), name="role_decides_on_an_inject_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SupplyPlan",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("first_on", models.DateField()),
                ("days", models.PositiveSmallIntegerField()),
                ("told", models.JSONField(null=True)),
                ("sent", models.JSONField(default=dict)),
                ("job_id", models.UUIDField(null=True)),
                ("made_by", models.CharField(max_length=80)),
                ("made_at", models.DateTimeField()),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="areas.area"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["area", "-made_at"], name="supply_plans_of_an_area")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("days__gte", 1), ("days__lte", 60)),
                        name="supply_plan_looks_ahead",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CampaignRun",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("title", models.CharField(max_length=120)),
                ("document", models.JSONField()),
                ("basis", models.JSONField(default=dict)),
                ("result", models.JSONField(null=True)),
                ("replications", models.PositiveIntegerField(default=200)),
                ("seed", models.PositiveIntegerField(default=1)),
                ("job_id", models.UUIDField(null=True)),
                ("made_by", models.CharField(max_length=80)),
                ("made_at", models.DateTimeField()),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="areas.area"
                    ),
                ),
                ("based_on", models.UUIDField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["area", "-made_at"], name="campaign_runs_of_an_area")],
            },
        ),
        migrations.CreateModel(
            name="LaterDoses",
            fields=[
                (
                    "area",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="areas.area",
                    ),
                ),
                ("told", models.JSONField()),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="SitePoint",
            fields=[
                (
                    "site",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="sites.site",
                    ),
                ),
                ("longitude", models.FloatField()),
                ("latitude", models.FloatField()),
                ("by", models.CharField(max_length=80)),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("latitude__range", (-90, 90)), ("longitude__range", (-180, 180))),
                        name="point_of_a_site_lies_on_earth",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Board",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("title", models.CharField(max_length=120)),
                ("first_on", models.DateField()),
                ("days", models.PositiveSmallIntegerField()),
                ("facts", models.JSONField()),
                ("moves", models.JSONField(default=list)),
                ("upto", models.PositiveSmallIntegerField(default=0)),
                ("state", models.CharField(default="draft", max_length=10)),
                ("made", models.JSONField(default=dict)),
                ("made_by", models.CharField(max_length=80)),
                ("made_at", models.DateTimeField()),
                ("applied_by", models.CharField(blank=True, max_length=80)),
                ("applied_at", models.DateTimeField(null=True)),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="areas.area"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["area", "-made_at"], name="boards_of_an_area")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("draft", "applied", "dropped"))),
                        name="board_state_is_a_known_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("days__range", (1, 14))), name="board_holds_one_to_fourteen_days"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "applied"), _negated=True),
                            ("applied_at__isnull", False),
                            _connector="OR",
                        ),
                        name="applied_board_says_when",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ExerciseScript",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("text", models.TextField()),
                ("document", models.JSONField()),
                ("state", models.CharField(default="looked_at", max_length=10)),
                ("made_by", models.CharField(max_length=80)),
                ("made_at", models.DateTimeField()),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="areas.area"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("looked_at", "in_use", "withdrawn"))),
                        name="exercise_script_state_is_a_known_word",
                    )
                ],
            },
        ),
    ]

import django.db.models.deletion
from django.db import migrations, models

import yingjie.foundation.ids


class Migration(migrations.Migration):
    replaces = [
        ("reminders", "0001_reminders_and_their_messages"),
        ("reminders", "0002_names_found_by_who_bears_them"),
        ("reminders", "0003_who_is_named_is_counted_by_names"),
    ]

    initial = True

    dependencies = [
        ("areas", "0002_units_and_lines"),
        ("people", "0008_given_names"),
        ("people", "0009_stays_of_joined_records"),
    ]

    operations = [
        migrations.CreateModel(
            name="StoppedPhone",
            fields=[
                ("number_index", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("via", models.CharField(max_length=8)),
                ("by", models.CharField(max_length=80)),
            ],
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("occasion", models.CharField(max_length=12)),
                ("on", models.DateField()),
                ("language", models.CharField(default="zh-hans", max_length=8)),
                ("text", models.CharField(max_length=32)),
                ("state", models.CharField(default="planned", max_length=8)),
                ("counts", models.JSONField(default=dict)),
                ("made_by", models.CharField(max_length=80)),
                ("made_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="areas.area"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["-made_at"], name="reminders_by_time")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("occasion__in", ("due", "overdue", "appointment", "cancelled", "review"))
                        ),
                        name="reminder_occasion_is_a_known_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("planned", "sending", "done", "stopped"))),
                        name="reminder_state_is_a_known_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("language__in", ("zh-hans", "en"))),
                        name="reminder_language_is_a_known_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ("sending", "done")), _negated=True),
                            ("started_at__isnull", False),
                            _connector="OR",
                        ),
                        name="begun_reminder_says_when",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "stopped"), _negated=True),
                        fields=("occasion", "area", "on"),
                        name="one_live_reminder_per_occasion_area_and_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Wish",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("says", models.CharField(max_length=4)),
                ("via", models.CharField(max_length=8)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=80)),
                ("is_live", models.BooleanField(default=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reminder_wishes",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("says__in", ("yes", "no"))), name="wish_is_a_known_word"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("via__in", ("desk", "visit", "phone", "message"))),
                        name="wish_came_in_a_known_way",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_live", True)),
                        fields=("person",),
                        name="person_has_one_wish_that_stands",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "reminder_id",
                        "person_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("reminder_id", models.UUIDField()),
                ("phone_id", models.UUIDField()),
                ("told_with", models.UUIDField()),
                ("about", models.UUIDField(null=True)),
                ("state", models.CharField(default="waiting", max_length=10)),
                ("due_at", models.DateTimeField()),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("claimed_at", models.DateTimeField(null=True)),
                ("claim", models.UUIDField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("reference", models.CharField(blank=True, default="", max_length=64)),
                ("problem", models.CharField(blank=True, default="", max_length=40)),
                (
                    "person",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reminders",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ("waiting", "claimed"))),
                        fields=["reminder_id", "due_at"],
                        name="messages_to_send",
                    ),
                    models.Index(
                        condition=models.Q(("state", "named")),
                        fields=["told_with", "reminder_id"],
                        name="names_in_others_messages",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                (
                                    "waiting",
                                    "named",
                                    "claimed",
                                    "sent",
                                    "delivered",
                                    "failed",
                                    "given_up",
                                    "dropped",
                                ),
                            )
                        ),
                        name="message_state_is_a_known_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ("sent", "delivered")), _negated=True),
                            ("sent_at__isnull", False),
                            _connector="OR",
                        ),
                        name="sent_message_says_when",
                    ),
                ],
            },
        ),
    ]

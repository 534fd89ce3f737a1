import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import yingjie.foundation.crypto.fields
import yingjie.foundation.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("areas", "0002_units_and_lines"),
        ("people", "0006_document_kinds"),
        ("sites", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="BookingList",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("site_id", models.UUIDField()),
                ("session_id", models.UUIDField()),
                ("title", models.CharField(max_length=120)),
                ("source", models.CharField(max_length=8)),
                ("state", models.CharField(default="draft", max_length=10)),
                ("columns", models.JSONField(default=list)),
                ("made_at", models.DateTimeField()),
                ("made_by", models.CharField(max_length=80)),
                ("submitted_at", models.DateTimeField(null=True)),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="areas.area"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="areas.unit",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["session_id"], name="lists_of_a_session")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("draft", "submitted"))),
                        name="booking_list_state_is_a_known_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source__in", ("ledger", "file", "pasted"))),
                        name="booking_list_source_is_a_known_word",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DosesCounted",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("at", models.DateTimeField(null=True)),
                ("on_hand", models.PositiveIntegerField(default=0)),
                ("on_their_way", models.PositiveIntegerField(default=0)),
                ("promised", models.PositiveIntegerField(default=0)),
                ("short", models.PositiveIntegerField(default=0)),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sites.site"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("site",), name="doses_of_a_site_are_counted_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Knock",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("key_index", models.CharField(max_length=128)),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["key_index", "at"], name="knocks_by_key")],
            },
        ),
        migrations.CreateModel(
            name="ListLine",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("nth", models.PositiveIntegerField()),
                ("name", models.CharField(blank=True, max_length=64)),
                ("cells", yingjie.foundation.crypto.fields.EncryptedTextField()),
                ("person_id", models.UUIDField(null=True)),
                ("number", models.PositiveSmallIntegerField(null=True)),
                ("verdict", models.CharField(max_length=16)),
                ("day", models.DateField(null=True)),
                ("booking_id", models.UUIDField(null=True)),
                (
                    "booking_list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="bookings.bookinglist",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["person_id"], name="lines_of_a_person")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("booking_list", "nth"), name="booking_list_has_each_line_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "verdict__in",
                                (
                                    "good",
                                    "booked",
                                    "not_in_ledger",
                                    "unreadable",
                                    "ambiguous",
                                    "foreign",
                                    "duplicate",
                                    "already_booked",
                                    "not_due",
                                    "complete",
                                    "deferred",
                                    "contraindicated",
                                    "not_offered",
                                    "over_capacity",
                                    "no_doses",
                                    "not_for_unit",
                                ),
                            )
                        ),
                        name="line_verdict_is_a_known_word",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PhoneCode",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("person_id", models.UUIDField(null=True)),
                ("code_index", models.CharField(max_length=128)),
                ("asked_at", models.DateTimeField()),
                ("good_until", models.DateTimeField()),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("used_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["asked_at"], name="phone_codes_by_time")],
            },
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("on", models.DateField()),
                ("from_at", models.DateTimeField()),
                ("until_at", models.DateTimeField()),
                ("kind", models.CharField(default="ordinary", max_length=8)),
                ("title", models.CharField(blank=True, max_length=80)),
                ("group", models.CharField(default="COVID-19", max_length=24)),
                ("products", models.JSONField()),
                ("state", models.CharField(default="open", max_length=10)),
                ("offline_percent", models.PositiveSmallIntegerField(default=20)),
                ("extra_percent", models.PositiveSmallIntegerField(default=0)),
                ("taken", models.PositiveIntegerField(default=0)),
                ("places", models.PositiveIntegerField(default=0)),
                ("counted_at", models.DateTimeField(null=True)),
                ("made_by", models.CharField(max_length=80)),
                ("made_at", models.DateTimeField()),
                ("cancelled_at", models.DateTimeField(null=True)),
                ("cancelled_because", models.CharField(blank=True, max_length=200)),
                (
                    "area",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="areas.area",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sites.site"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="areas.unit",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["site", "from_at"], name="sessions_of_a_site_by_time")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until_at__gt", models.F("from_at"))),
                        name="session_ends_after_it_begins",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ("ordinary", "special"))),
                        name="session_kind_is_a_known_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("open", "cancelled"))),
                        name="session_state_is_a_known_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("taken__lte", models.F("places"))),
                        name="session_promises_no_dose_that_is_not_there",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "special"), _negated=True),
                            ("area__isnull", False),
                            ("unit__isnull", False),
                            _connector="OR",
                        ),
                        name="special_session_is_for_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("offline_percent__lte", 100)),
                        name="session_offline_share_is_a_percentage",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Slot",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("at", models.DateTimeField()),
                ("until_at", models.DateTimeField()),
                ("seats", models.PositiveIntegerField()),
                ("extra", models.PositiveIntegerField(default=0)),
                ("online_seats", models.PositiveIntegerField()),
                ("taken", models.PositiveIntegerField(default=0)),
                ("online_taken", models.PositiveIntegerField(default=0)),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="slots",
                        to="bookings.session",
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
                "indexes": [models.Index(fields=["site", "at"], name="slots_of_a_site_by_time")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("site", "session", "at"), name="session_has_each_time_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "taken__lte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("seats"), "+", models.F("extra")
                                ),
                            )
                        ),
                        name="slot_is_never_oversold",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("online_taken__lte", models.F("online_seats"))),
                        name="slot_is_never_oversold_online",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Standby",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("on", models.DateField()),
                ("state", models.CharField(default="waiting", max_length=8)),
                ("asked", models.BooleanField(default=True)),
                ("since_at", models.DateTimeField()),
                ("by", models.CharField(max_length=80)),
                ("called_at", models.DateTimeField(null=True)),
                ("called_by", models.CharField(blank=True, max_length=80)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
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
                "indexes": [models.Index(fields=["site", "on", "state"], name="standby_of_a_site_and_day")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("waiting", "called"))),
                        fields=("person", "on"),
                        name="one_standby_per_person_and_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("waiting", "called", "came", "declined", "over"))),
                        name="standby_state_is_a_known_word",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TextMessage",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("person_id", models.UUIDField(null=True)),
                ("phone", yingjie.foundation.crypto.fields.EncryptedTextField()),
                ("words", yingjie.foundation.crypto.fields.EncryptedTextField()),
                ("kind", models.CharField(max_length=16)),
                ("made_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["made_at"], name="text_messages_by_time")],
            },
        ),
        migrations.CreateModel(
            name="Ticket",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("booking_id", models.UUIDField()),
                ("on", models.DateField()),
                ("number", models.PositiveIntegerField()),
                ("state", models.CharField(default="waiting", max_length=8)),
                ("given_at", models.DateTimeField()),
                ("given_by", models.CharField(max_length=80)),
                ("called_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
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
                "indexes": [models.Index(fields=["site", "on", "number"], name="tickets_of_a_site_and_day")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "given_up"), _negated=True),
                        fields=("person", "on"),
                        name="one_ticket_per_person_and_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("waiting", "called", "used", "given_up"))),
                        name="ticket_state_is_a_known_word",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TicketDay",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("on", models.DateField()),
                ("last_number", models.PositiveIntegerField(default=0)),
                ("last_called", models.PositiveIntegerField(default=0)),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sites.site"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("site", "on"), name="site_gives_tickets_once_a_day")
                ],
            },
        ),
        migrations.CreateModel(
            name="Booking",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("group", models.CharField(default="COVID-19", max_length=24)),
                ("number", models.PositiveSmallIntegerField()),
                ("session_id", models.UUIDField(null=True)),
                ("slot_id", models.UUIDField(null=True)),
                ("list_id", models.UUIDField(null=True)),
                ("on", models.DateField()),
                ("at", models.DateTimeField()),
                ("channel", models.CharField(max_length=8)),
                ("state", models.CharField(default="booked", max_length=10)),
                ("booked_at", models.DateTimeField()),
                ("booked_by", models.CharField(max_length=80)),
                ("arrived_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by", models.CharField(blank=True, max_length=80)),
                ("because", models.CharField(blank=True, max_length=200)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bookings",
                        to="people.person",
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
                "indexes": [
                    models.Index(fields=["slot_id", "state"], name="bookings_of_a_slot"),
                    models.Index(fields=["session_id", "state"], name="bookings_of_a_session"),
                    models.Index(fields=["site", "on", "state"], name="bookings_of_a_site_and_day"),
                    models.Index(
                        condition=models.Q(("list_id__isnull", False)),
                        fields=["list_id"],
                        name="bookings_of_a_list",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "booked")),
                        fields=("person", "group", "number"),
                        name="one_live_booking_per_person_and_dose",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ("booked", "attended", "missed", "cancelled", "moved"))
                        ),
                        name="booking_state_is_a_known_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("channel__in", ("online", "desk", "list", "ticket", "standby", "walk_in"))
                        ),
                        name="booking_channel_is_a_known_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("channel", "walk_in"),
                            models.Q(("slot_id__isnull", False), ("session_id__isnull", False)),
                            _connector="OR",
                        ),
                        name="booked_place_names_its_slot",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "attended"), _negated=True),
                            ("arrived_at__isnull", False),
                            _connector="OR",
                        ),
                        name="attended_booking_says_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ("cancelled", "moved", "missed")), _negated=True),
                            ("ended_at__isnull", False),
                            _connector="OR",
                        ),
                        name="ended_booking_says_when",
                    ),
                ],
            },
        ),
    ]

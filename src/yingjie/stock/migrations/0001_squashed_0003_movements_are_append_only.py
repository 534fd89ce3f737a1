import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import yingjie.foundation.ids


class Migration(migrations.Migration):
    replaces = [
        ("stock", "0001_initial"),
        ("stock", "0002_receipts_transfers_cold_chain_and_closed_days"),
        ("stock", "0003_movements_are_append_only"),
    ]

    initial = True

    dependencies = [
        ("sites", "0001_initial"),
        ("vaccines", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Lot",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("number", models.CharField(max_length=32)),
                ("expires_on", models.DateField()),
                ("suspended_at", models.DateTimeField(null=True)),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="vaccines.product"
                    ),
                ),
                ("suspended_because", models.CharField(blank=True, max_length=200)),
                ("suspended_by", models.CharField(blank=True, max_length=80)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("product", "number"), name="lot_number_is_unique_per_product"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Balance",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("state", models.CharField(default="usable", max_length=12)),
                ("doses", models.IntegerField(default=0)),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sites.site"
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="stock.lot"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("site", "lot", "state"), name="one_balance_per_site_lot_and_state"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("doses__gte", 0)), name="stock_is_never_negative"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ("usable", "opened", "held", "quarantined", "in_transit"))
                        ),
                        name="balance_state_is_a_known_word",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Movement",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("state", models.CharField(default="usable", max_length=12)),
                ("kind", models.CharField(max_length=12)),
                ("doses", models.IntegerField()),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=80)),
                ("subject_id", models.UUIDField(null=True)),
                ("note", models.CharField(blank=True, max_length=200)),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="stock.lot"
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sites.site"
                    ),
                ),
                ("cause", models.CharField(blank=True, max_length=12)),
                ("is_correction", models.BooleanField(default=False)),
                ("vial_code", models.CharField(blank=True, max_length=40)),
                ("on", models.DateField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["site", "at"], name="movements_of_a_site_by_time"),
                    models.Index(fields=["site", "lot", "on"], name="movements_of_a_lot_by_day"),
                    models.Index(fields=["subject_id"], name="movements_by_subject"),
                    models.Index(
                        condition=models.Q(("vial_code", ""), _negated=True),
                        fields=["vial_code"],
                        name="movements_of_a_vial",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("doses", 0), _negated=True), name="movement_moves_something"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                (
                                    "received",
                                    "accepted",
                                    "rejected",
                                    "opened",
                                    "given",
                                    "wasted",
                                    "counted",
                                    "held",
                                    "released",
                                    "sent",
                                    "arrived",
                                    "called_back",
                                    "handed_back",
                                ),
                            )
                        ),
                        name="movement_kind_is_a_known_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ("usable", "opened", "held", "quarantined", "in_transit"))
                        ),
                        name="movement_state_is_a_known_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind", "wasted"),
                                (
                                    "cause__in",
                                    (
                                        "left_over",
                                        "broken",
                                        "expired",
                                        "temperature",
                                        "contaminated",
                                        "drawn_up",
                                        "lost",
                                        "recalled",
                                        "other",
                                    ),
                                ),
                            ),
                            models.Q(models.Q(("kind", "wasted"), _negated=True), ("cause", "")),
                            _connector="OR",
                        ),
                        name="what_is_written_off_has_a_cause",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "given"), _negated=True),
                            models.Q(("doses", -1), ("subject_id__isnull", False)),
                            _connector="OR",
                        ),
                        name="a_given_dose_names_its_dose_and_is_one",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Vial",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("code", models.CharField(max_length=40)),
                ("doses", models.PositiveSmallIntegerField()),
                ("doses_given", models.PositiveSmallIntegerField(default=0)),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="stock.lot"
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sites.site"
                    ),
                ),
                ("box_code", models.CharField(blank=True, max_length=40)),
                ("came_with", models.UUIDField(null=True)),
                ("carton_code", models.CharField(blank=True, max_length=40)),
                ("discard_at", models.DateTimeField(null=True)),
                ("discarded_at", models.DateTimeField(null=True)),
                ("doses_gone", models.PositiveSmallIntegerField(default=0)),
                ("doses_wasted", models.PositiveSmallIntegerField(default=0)),
                ("opened_at", models.DateTimeField(null=True)),
                ("sent_in", models.UUIDField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["code"], name="vials_by_code"),
                    models.Index(
                        condition=models.Q(("box_code", ""), _negated=True),
                        fields=["box_code"],
                        name="vials_by_box",
                    ),
                    models.Index(
                        condition=models.Q(("carton_code", ""), _negated=True),
                        fields=["carton_code"],
                        name="vials_by_carton",
                    ),
                    models.Index(
                        condition=models.Q(("discarded_at__isnull", True), ("opened_at__isnull", False)),
                        fields=["site", "discard_at"],
                        name="vials_open_now",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("site", "code"), name="vial_code_is_unique_at_a_site"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "doses__gte",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("doses_given"), "+", models.F("doses_wasted")
                                    ),
                                    "+",
                                    models.F("doses_gone"),
                                ),
                            )
                        ),
                        name="vial_never_gives_more_than_it_holds",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("opened_at__isnull", True),
                            ("discard_at__gt", models.F("opened_at")),
                            _connector="OR",
                        ),
                        name="an_opened_vial_has_its_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ClosedDay",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("on", models.DateField()),
                ("closed_at", models.DateTimeField()),
                ("closed_by", models.CharField(max_length=80)),
                ("note", models.CharField(blank=True, max_length=200)),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sites.site"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("site", "on"), name="a_site_closes_a_day_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="DayLine",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("opening", models.IntegerField()),
                ("received", models.IntegerField()),
                ("given", models.IntegerField()),
                ("wasted", models.IntegerField()),
                ("wasted_by_cause", models.JSONField(default=dict)),
                ("sent", models.IntegerField()),
                ("found", models.IntegerField()),
                ("closing", models.IntegerField()),
                ("difference_because", models.CharField(blank=True, max_length=200)),
                (
                    "day",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="stock.closedday",
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="stock.lot"
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
                    models.UniqueConstraint(
                        fields=("site", "day", "lot"), name="a_closed_day_names_a_lot_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "closing",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                django.db.models.expressions.CombinedExpression(
                                                    models.F("opening"), "+", models.F("received")
                                                ),
                                                "+",
                                                models.F("found"),
                                            ),
                                            "-",
                                            models.F("given"),
                                        ),
                                        "-",
                                        models.F("wasted"),
                                    ),
                                    "-",
                                    models.F("sent"),
                                ),
                            )
                        ),
                        name="a_closed_day_adds_up",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("found", 0), models.Q(("difference_because", ""), _negated=True), _connector="OR"
                        ),
                        name="a_closed_day_explains_differences",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Excursion",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("kind", models.CharField(max_length=8)),
                ("first_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                ("possible_from", models.DateTimeField()),
                ("possible_until", models.DateTimeField(null=True)),
                ("extreme_celsius", models.DecimalField(decimal_places=2, max_digits=5)),
                ("found_at", models.DateTimeField()),
                ("found_by", models.CharField(max_length=80)),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sites.site"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["site", "first_at"], name="excursions_of_a_site")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ("warm", "cold", "frozen"))),
                        name="excursion_kind_is_a_known_word",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ExcursionLot",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("excursion_id", models.UUIDField()),
                ("touched_from", models.DateTimeField()),
                ("doses_held", models.PositiveIntegerField()),
                ("state", models.CharField(default="held", max_length=12)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by", models.CharField(blank=True, max_length=80)),
                ("decided_because", models.CharField(blank=True, max_length=200)),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="stock.lot"
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
                    models.Index(fields=["excursion_id"], name="lots_of_an_excursion"),
                    models.Index(
                        condition=models.Q(("state", "held")), fields=["site", "lot"], name="lots_that_wait"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("site", "excursion_id", "lot"), name="an_excursion_touches_a_lot_once_a_place"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("held", "released", "destroyed"))),
                        name="excursion_lot_state_is_a_known_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "held"),
                            models.Q(
                                ("decided_at__isnull", False),
                                models.Q(("decided_because", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="a_decided_lot_names_who_and_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Fridge",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("name", models.CharField(max_length=40)),
                ("kind", models.CharField(default="fridge", max_length=12)),
                ("lowest_celsius", models.DecimalField(decimal_places=1, default=2, max_digits=4)),
                ("highest_celsius", models.DecimalField(decimal_places=1, default=8, max_digits=4)),
                ("has_logger", models.BooleanField(default=False)),
                ("used_from_on", models.DateField()),
                ("used_until_on", models.DateField(null=True)),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sites.site"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("site", "name"), name="fridge_has_a_name_of_its_own"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ("fridge", "cold_room", "box", "vehicle"))),
                        name="fridge_kind_is_a_known_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("lowest_celsius__lt", models.F("highest_celsius"))),
                        name="fridge_range_is_a_range",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Keeping",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("from_at", models.DateTimeField()),
                ("until_at", models.DateTimeField(null=True)),
                (
                    "fridge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="stock.fridge"
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="stock.lot"
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
                    models.UniqueConstraint(
                        condition=models.Q(("until_at__isnull", True)),
                        fields=("site", "fridge", "lot"),
                        name="a_lot_lies_in_a_fridge_once_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until_at__isnull", True),
                            ("until_at__gte", models.F("from_at")),
                            _connector="OR",
                        ),
                        name="keeping_ends_after_it_begins",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Reading",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("at", models.DateTimeField()),
                ("celsius", models.DecimalField(decimal_places=2, max_digits=5)),
                ("source", models.CharField(max_length=8)),
                ("by", models.CharField(max_length=80)),
                ("recorded_at", models.DateTimeField()),
                (
                    "fridge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="stock.fridge"
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
                    models.UniqueConstraint(fields=("site", "fridge", "at"), name="one_reading_a_moment"),
                    models.CheckConstraint(
                        condition=models.Q(("source__in", ("hand", "logger"))),
                        name="reading_source_is_a_known_word",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Receipt",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("doses", models.PositiveIntegerField()),
                ("packs", models.PositiveIntegerField(null=True)),
                ("supplier", models.CharField(blank=True, max_length=80)),
                ("came_at", models.DateTimeField()),
                ("came_by", models.CharField(max_length=80)),
                ("carrier", models.CharField(blank=True, max_length=80)),
                ("lowest_celsius", models.DecimalField(decimal_places=2, max_digits=5, null=True)),
                ("highest_celsius", models.DecimalField(decimal_places=2, max_digits=5, null=True)),
                ("transport_minutes", models.PositiveIntegerField(null=True)),
                ("log_sha256", models.CharField(blank=True, max_length=64)),
                ("release_number", models.CharField(blank=True, max_length=40)),
                ("release_sha256", models.CharField(blank=True, max_length=64)),
                ("packs_damaged", models.PositiveIntegerField(default=0)),
                ("decision", models.CharField(max_length=12)),
                ("because", models.JSONField(default=list)),
                ("decided", models.CharField(max_length=12)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by", models.CharField(blank=True, max_length=80)),
                ("decided_because", models.CharField(blank=True, max_length=200)),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="stock.lot"
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
                "indexes": [models.Index(fields=["site", "came_at"], name="receipts_of_a_site")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decision__in", ("accepted", "quarantined", "refused")),
                            ("decided__in", ("accepted", "quarantined", "refused")),
                        ),
                        name="receipt_decisions_are_known_words",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided", models.F("decision")),
                            models.Q(
                                ("decided_at__isnull", False),
                                models.Q(("decided_because", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="a_changed_decision_names_who_and_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("doses__gte", 1)), name="receipt_brings_doses"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("lowest_celsius__isnull", True),
                            ("highest_celsius__gte", models.F("lowest_celsius")),
                            _connector="OR",
                        ),
                        name="receipt_lowest_is_not_above_highest",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Transfer",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("number", models.PositiveIntegerField()),
                ("state", models.CharField(default="sent", max_length=12)),
                ("carrier", models.CharField(blank=True, max_length=80)),
                ("note", models.CharField(blank=True, max_length=200)),
                ("sent_at", models.DateTimeField()),
                ("sent_by", models.CharField(max_length=80)),
                ("celsius_leaving", models.DecimalField(decimal_places=2, max_digits=5, null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by", models.CharField(blank=True, max_length=80)),
                ("lowest_celsius", models.DecimalField(decimal_places=2, max_digits=5, null=True)),
                ("highest_celsius", models.DecimalField(decimal_places=2, max_digits=5, null=True)),
                ("log_sha256", models.CharField(blank=True, max_length=64)),
                ("decision", models.CharField(blank=True, max_length=12)),
                ("because", models.JSONField(default=list)),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sites.site"
                    ),
                ),
                (
                    "to_site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sites.site"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "sent")),
                        fields=["to_site"],
                        name="transfers_on_their_way",
                    ),
                    models.Index(fields=["to_site", "sent_at"], name="transfers_to_a_site"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("site", "number"), name="transfers_of_a_site_are_numbered"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("sent", "arrived", "called_back"))),
                        name="transfer_state_is_a_known_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("site", models.F("to_site")), _negated=True),
                        name="transfer_goes_to_another_place",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "sent"),
                            models.Q(("ended_at__isnull", False), models.Q(("ended_by", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="a_transfer_that_ended_names_who",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TransferLine",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yingjie.foundation.ids.uuid7, primary_key=True, serialize=False),
                ),
                ("doses_sent", models.PositiveIntegerField()),
                ("doses_arrived", models.PositiveIntegerField(null=True)),
                ("difference_because", models.CharField(blank=True, max_length=200)),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="stock.lot"
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sites.site"
                    ),
                ),
                (
                    "transfer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="stock.transfer"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("site", "transfer", "lot"), name="a_transfer_names_a_lot_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("doses_sent__gte", 1)), name="a_transfer_line_sends_doses"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("doses_arrived__isnull", True),
                            ("doses_arrived", models.F("doses_sent")),
                            models.Q(("difference_because", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="short_and_over_arrivals_are_explained",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="excursion",
            name="fridge",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="stock.fridge"
            ),
        ),
        migrations.AddConstraint(
            model_name="excursion",
            constraint=models.UniqueConstraint(
                fields=("site", "fridge", "first_at"), name="an_excursion_begins_once"
            ),
        ),
        migrations.RunSQL(
            sql="""
                CREATE FUNCTION movements_are_append_only() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN RAISE EXCEPTION 'movements of stock are append-only'; END $$
                """,
            reverse_sql="DROP FUNCTION movements_are_append_only()",
        ),
        migrations.RunSQL(
            sql="""
                CREATE TRIGGER movements_are_append_only BEFORE UPDATE OR DELETE ON stock_movement
                FOR EACH ROW EXECUTE FUNCTION movements_are_append_only()
                """,
            reverse_sql="DROP TRIGGER movements_are_append_only ON stock_movement",
        ),
    ]

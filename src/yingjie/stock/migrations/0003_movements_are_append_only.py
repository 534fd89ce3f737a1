"""Movements are never changed or removed, not even by our own code."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("stock", "0002_receipts_transfers_cold_chain_and_closed_days")]

    operations = [
        migrations.RunSQL(
            """
            CREATE FUNCTION movements_are_append_only() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'movements of stock are append-only'; END $$
            """,
            "DROP FUNCTION movements_are_append_only()",
        ),
        migrations.RunSQL(
            """
            CREATE TRIGGER movements_are_append_only BEFORE UPDATE OR DELETE ON stock_movement
            FOR EACH ROW EXECUTE FUNCTION movements_are_append_only()
            """,
            "DROP TRIGGER movements_are_append_only ON stock_movement",
        ),
    ]

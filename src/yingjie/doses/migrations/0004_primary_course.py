"""When a person's primary course was complete, and how often a standing was written. All standings are made anew by the next
`yj up` or within the hour, because nothing says any more by which rules they were made."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("doses", "0003_claims_and_standings")]

    operations = [
        migrations.AddField("standing", "primary_number", models.PositiveSmallIntegerField(null=True)),
        migrations.AddField("standing", "primary_on", models.DateField(null=True)),
        migrations.AddField("standing", "revision", models.PositiveIntegerField(db_default=0, default=0)),
        migrations.RunSQL("DELETE FROM doses_standingsmade", migrations.RunSQL.noop),
    ]

"""Sums by product and site, and those of whole townships and counties. What was kept is counted anew by the next step; until then
figures come from the rows."""

from django.db import migrations, models

FORGOTTEN = "; ".join(
    f"DELETE FROM oversight_{table}"
    for table in ("keptchange", "keptbefore", "keptperson", "keptcell", "keptstep")
)


class Migration(migrations.Migration):
    dependencies = [("oversight", "0008_kept_counts")]

    operations = [
        migrations.RunSQL(FORGOTTEN, FORGOTTEN),
        migrations.RemoveConstraint(model_name="keptcell", name="a_kept_sum_stands_once"),
        migrations.AddField(
            model_name="keptcell",
            name="site",
            field=models.CharField(default="", max_length=36),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="keptcell",
            constraint=models.UniqueConstraint(
                fields=("kind", "area", "band", "line", "category", "state", "day", "site"),
                name="a_kept_sum_stands_once",
            ),
        ),
    ]

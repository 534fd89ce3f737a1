"""Standings get a key of person and vaccine group. They are a cache: the old ones go, `yj up` makes the new ones."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("doses", "0001_initial")]

    operations = [migrations.DeleteModel(name="Standing")]

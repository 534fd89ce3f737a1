"""The peer of onsite_dose.py: the same transaction in plain Django, as most would write it. No sign-in, rules or journal."""

import os
import random

import django
from django.conf import settings

from yingjie.config.settings import _database

DATABASE = _database(os.environ["YINGJIE_BENCH_DATABASE"]) | {"CONN_MAX_AGE": 600, "OPTIONS": {}}
settings.configure(
    DEBUG=False,
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    SECRET_KEY="x",
    USE_TZ=True,
    DATABASES={"default": DATABASE},
)
django.setup()

from django.core.wsgi import get_wsgi_application
from django.db import connection, models, transaction
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.utils import timezone


class Lot(models.Model):
    id = models.IntegerField(primary_key=True)
    site = models.IntegerField()
    remaining = models.IntegerField()
    opened = models.IntegerField()

    class Meta:
        app_label, db_table, managed = "peer", "lot", False


class Encounter(models.Model):
    id = models.BigIntegerField(primary_key=True)
    person = models.BigIntegerField()
    site = models.IntegerField()
    state = models.SmallIntegerField()
    upd = models.DateTimeField(null=True)

    class Meta:
        app_label, db_table, managed = "peer", "encounter", False


class Dose(models.Model):
    id = models.BigAutoField(primary_key=True)
    person = models.BigIntegerField()
    dose_no = models.SmallIntegerField()
    lot = models.IntegerField()
    site = models.IntegerField()
    vaccinator = models.IntegerField()
    at = models.DateTimeField()

    class Meta:
        app_label, db_table, managed = "peer", "dose", False


def vaccinate(request: HttpRequest) -> JsonResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('enc_take')")
        (taken,) = cursor.fetchone()
    with transaction.atomic():
        encounter = Encounter.objects.select_for_update().get(pk=taken)
        if Dose.objects.filter(person=encounter.person, dose_no=1).exists():
            return JsonResponse({"r": 2})
        lot = Lot.objects.select_for_update().get(pk=random.randint(1, 800))
        Dose.objects.create(
            person=encounter.person,
            dose_no=1,
            lot=lot.id,
            site=encounter.site,
            vaccinator=1,
            at=timezone.now(),
        )
        lot.remaining -= 1
        lot.save(update_fields=["remaining"])
        encounter.state, encounter.upd = 3, timezone.now()
        encounter.save(update_fields=["state", "upd"])
    return JsonResponse({"r": 0})


urlpatterns = [path("v", vaccinate), path("static", lambda request: JsonResponse({"r": 0}))]
application = get_wsgi_application()

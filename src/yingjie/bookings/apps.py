from django.apps import AppConfig


class BookingsConfig(AppConfig):
    name = "yingjie.bookings"
    label = "bookings"

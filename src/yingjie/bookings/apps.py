from django.apps import AppConfig


class BookingsConfig(AppConfig):
    name = "yingjie.bookings"
    label = "bookings"

    def ready(self) -> None:
        """What this module knows of a person follows them when two records become one."""
        from yingjie.bookings import following
        from yingjie.people import merging

        merging.register("bookings", following.MOVER)

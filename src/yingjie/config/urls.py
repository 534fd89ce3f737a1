"""The URL tree: each module's own addresses under its own name."""

from django.urls import include, path

urlpatterns = [
    path("", include("yingjie.web.urls")),
    path("account/", include("yingjie.web.account_urls")),
    path("areas/", include("yingjie.areas.urls")),
    path("people/", include("yingjie.people.urls")),
    path("staff/", include("yingjie.staff.urls")),
    path("vaccines/", include("yingjie.vaccines.urls")),
    path("campaigns/", include("yingjie.campaigns.urls")),
    path("stock/", include("yingjie.stock.urls")),
    path("sites/", include("yingjie.sites.urls")),
    path("doses/", include("yingjie.doses.urls")),
    path("bookings/", include("yingjie.bookings.urls")),
    path("book/", include("yingjie.bookings.public_urls")),
    path("complaint/", include("yingjie.outreach.public_urls")),
    path("units/", include("yingjie.outreach.unit_urls")),
    path("outreach/", include("yingjie.outreach.urls")),
    path("reminders/", include("yingjie.reminders.urls")),
    path("clinic/", include("yingjie.clinic.urls")),
    path("reports/", include("yingjie.oversight.urls")),
    path("plans/", include("yingjie.plans.urls")),
]

handler400 = "yingjie.web.errors.bad_request"
handler403 = "yingjie.web.errors.not_allowed"
handler404 = "yingjie.web.errors.not_found"
handler500 = "yingjie.web.errors.broken"

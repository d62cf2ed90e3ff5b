"""Pages of figures; the API has a URL file of its own."""

from django.urls import re_path

from analytics.views import costs

app_name = "analytics"

urlpatterns = [
    re_path(r"^analytics/costs/?$", costs.page, name="costs"),
    re_path(r"^analytics/costs/export/?$", costs.export, name="costs-export"),
]

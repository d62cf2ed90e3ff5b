"""Pages of figures; the API has a URL file of its own."""

from django.urls import path, re_path

from analytics.views import alerts, costs, operator, supervisor

app_name = "analytics"

urlpatterns = [
    path("operator/", operator.page, name="operator"),
    path("operator/calls/<uuid:pk>/end/", operator.end_call, name="operator-end-call"),
    path("supervisor/", supervisor.page, name="supervisor"),
    path("supervisor/agents/<uuid:pk>/", supervisor.agent, name="supervisor-agent"),
    path("alerts/", alerts.page, name="alerts"),
    path("alerts/rules/new/", alerts.new_rule, name="alert-rule-new"),
    path("alerts/rules/<uuid:pk>/", alerts.change_rule, name="alert-rule"),
    path("alerts/rules/<uuid:pk>/remove/", alerts.remove_rule, name="alert-rule-remove"),
    path("alerts/<uuid:pk>/seen/", alerts.seen, name="alert-seen"),
    re_path(r"^analytics/costs/?$", costs.page, name="costs"),
    re_path(r"^analytics/costs/export/?$", costs.export, name="costs-export"),
]

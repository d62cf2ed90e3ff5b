"""Pages of figures; the API has a URL file of its own."""

from django.urls import path, re_path

from analytics.views import (
    agent_day,
    alerts,
    costs,
    definitions,
    exports,
    figures,
    now,
    operator,
    reports,
    rows,
    supervisor,
)

app_name = "analytics"

urlpatterns = [
    re_path(r"^analytics/?$", figures.calls, name="calls"),
    re_path(r"^analytics/texts/?$", figures.texts, name="texts"),
    re_path(r"^analytics/agents/?$", figures.agents, name="agents"),
    re_path(r"^analytics/campaigns/?$", figures.campaigns, name="campaigns"),
    re_path(r"^analytics/rows/?$", rows.page, name="rows"),
    path("analytics/exports/", exports.exports, name="exports"),
    path("analytics/exports/ask/", exports.ask, name="export-ask"),
    path("analytics/exports/<uuid:pk>/cancel/", exports.cancel, name="export-cancel"),
    path("analytics/exports/<uuid:pk>/file/", exports.download, name="export-file"),
    path("analytics/reports/", reports.reports, name="reports"),
    path("analytics/reports/<uuid:pk>/pause/", reports.pause, name="report-pause"),
    path("analytics/reports/<uuid:pk>/send/", reports.send_now, name="report-send"),
    path("analytics/reports/<uuid:pk>/delete/", reports.delete, name="report-delete"),
    path("help/metrics/", definitions.page, name="definitions"),
    path("operator/", operator.page, name="operator"),
    path("operator/calls/<uuid:pk>/end/", operator.end_call, name="operator-end-call"),
    path("supervisor/", supervisor.page, name="supervisor"),
    path("supervisor/agents/<uuid:pk>/", supervisor.agent, name="supervisor-agent"),
    path("supervisor/agents/<uuid:pk>/day/", agent_day.page, name="supervisor-agent-day"),
    path("supervisor/now/agents/", now.agents, name="now-agents"),
    path("supervisor/now/calls/", now.calls, name="now-calls"),
    path("supervisor/now/waiting/", now.waiting, name="now-waiting"),
    path("alerts/", alerts.page, name="alerts"),
    path("alerts/rules/new/", alerts.new_rule, name="alert-rule-new"),
    path("alerts/rules/<uuid:pk>/", alerts.change_rule, name="alert-rule"),
    path("alerts/rules/<uuid:pk>/remove/", alerts.remove_rule, name="alert-rule-remove"),
    path("alerts/<uuid:pk>/seen/", alerts.seen, name="alert-seen"),
    re_path(r"^analytics/costs/?$", costs.page, name="costs"),
    re_path(r"^analytics/costs/export/?$", costs.export, name="costs-export"),
]

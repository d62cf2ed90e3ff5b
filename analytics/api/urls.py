"""The API of figures."""

from analytics.api import dashboard_views, views
from contactcenter.web.api.routes import endpoint

urlpatterns = [
    endpoint("analytics/dashboard", views.Dashboard, name="api_analytics_dashboard"),
    endpoint("analytics/calls", views.Calls, name="api_analytics_calls"),
    endpoint("analytics/agents", views.Agents, name="api_analytics_agents"),
    endpoint("analytics/campaigns", views.Campaigns, name="api_analytics_campaigns"),
    endpoint("dashboard/overview", dashboard_views.Overview, name="api_dashboard_overview"),
    endpoint("dashboard/stats", dashboard_views.Stats, name="api_dashboard_stats"),
    endpoint("dashboard/agent-performance", dashboard_views.AgentPerformance, name="api_dashboard_performance"),
]

"""The API of agents."""

from agents.api import views
from contactcenter.web.api.routes import PK, endpoint

urlpatterns = [
    endpoint("agents", views.Agents, name="api_agents"),
    endpoint("agents/available/count", views.AvailableCount, name="api_agents_available"),
    endpoint(f"agents/{PK}", views.Detail, name="api_agent"),
    endpoint(f"agents/{PK}/status", views.Status, name="api_agent_status"),
]

"""The API of calls."""

from calls.api import views
from contactcenter.web.api.routes import PK, endpoint

urlpatterns = [
    endpoint("calls", views.Calls, name="api_calls"),
    endpoint(f"calls/{PK}", views.Detail, name="api_call"),
    endpoint(f"calls/{PK}/end", views.End, name="api_call_end"),
    endpoint(f"calls/{PK}/recording", views.Recording, name="api_call_recording"),
]

"""The only file that knows every app's URLs."""

from django.contrib import admin
from django.urls import include, path, re_path

from contactcenter.web.api.document import SchemaView
from contactcenter.web.api.event_schemas import EventSchemas
from contactcenter.web.api.routes import endpoint
from contactcenter.web.live import live
from contactcenter.web.views import help as help_pages
from contactcenter.web.views.errors import bad_request, forbidden, not_found, server_error
from contactcenter.web.views.health import health
from contactcenter.web.views.home import home
from contactcenter.web.views.installed import manifest, offline, worker
from contactcenter.web.views.metrics import metrics
from contactcenter.web.views.profile import profile
from contactcenter.web.views.reference import docs, redoc
from contactcenter.web.views.styleguide import styleguide
from contactcenter.web.views.welcome import put_away

urlpatterns = [
    path("", home, name="home"),
    path("", include("sms.urls")),
    path("", include("agents.urls")),
    path("", include("analytics.urls")),
    path("", include("contactcenter.web.contacts.urls")),
    path("account/", profile, name="profile"),
    path("account/welcome/", put_away, name="welcome_put_away"),
    path("accounts/", include("contactcenter.web.account_urls")),
    re_path(r"^styleguide/?$", styleguide, name="styleguide"),
    path("help/", help_pages.index, name="help"),
    path("help/inbox/", help_pages.for_agents, name="help_agents"),
    path("help/administration/", help_pages.for_administrators, name="help_admins"),
    path("help/images/<slug:picture>.png", help_pages.picture, name="help_picture"),
    path("manifest.webmanifest", manifest, name="manifest"),
    path("sw.js", worker, name="service_worker"),
    path("offline/", offline, name="offline"),
    path("admin/", admin.site.urls),
    re_path(r"^live/?$", live, name="live"),
    re_path(r"^health/?$", health, name="health"),
    re_path(r"^metrics/?$", metrics, name="metrics"),
    re_path(r"^api/schema/?$", SchemaView.as_view(), name="schema"),
    endpoint("api/events/schema", EventSchemas, name="api_events_schema"),
    path("", include("contactcenter.web.auth.urls")),
    re_path(r"^docs/?$", docs, name="api_docs"),
    re_path(r"^redoc/?$", redoc, name="api_redoc"),
    path("api/", include("sms.api.urls")),
    path("api/", include("agents.api.urls")),
    path("api/", include("analytics.api.urls")),
    path("api/", include("calls.api.urls")),
    path("hooks/", include("sms.hook_urls")),
    path("hooks/", include("calls.hook_urls")),
]

handler400 = bad_request
handler403 = forbidden
handler404 = not_found
handler500 = server_error

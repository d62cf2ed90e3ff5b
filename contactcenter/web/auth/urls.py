"""Log-in, invitations and keys of the API."""

from contactcenter.web.api.routes import PK, endpoint
from contactcenter.web.auth import keys, views

urlpatterns = [
    endpoint("api/auth/login", views.Login, name="api_auth_login"),
    endpoint("api/auth/refresh", views.Refresh, name="api_auth_refresh"),
    endpoint("api/auth/logout", views.Logout, name="api_auth_logout"),
    endpoint("api/auth/me", views.Me, name="api_auth_me"),
    endpoint("api/auth/register", views.Register, name="api_auth_register"),
    endpoint("api/auth/keys", keys.Keys, name="api_auth_keys"),
    endpoint(f"api/auth/keys/{PK}", keys.Key, name="api_auth_key"),
    endpoint(r"\.well-known/jwks\.json", views.Jwks, name="jwks"),
]

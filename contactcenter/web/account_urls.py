"""Log-in, log-out, passwords, invitations, notifications. Changing addresses belongs to administrators."""

from allauth.account import views
from django.urls import path

from contactcenter.web.views import notifications
from contactcenter.web.views.invitation import invitation

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/set/", views.password_set, name="account_set_password"),
    path("password/reset/", views.password_reset, name="account_reset_password"),
    path("password/reset/done/", views.password_reset_done, name="account_reset_password_done"),
    path(
        "password/reset/key/<str:uidb36>-<str:key>/",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("notifications/", notifications.choice, name="notifications"),
    path("notifications/now/", notifications.notice, name="notifications_now"),
    path("notifications/devices/", notifications.add_device, name="notifications_add_device"),
    path(
        "notifications/devices/<uuid:pk>/remove/",
        notifications.remove_device,
        name="notifications_remove_device",
    ),
    path("invitation/", invitation, name="account_invitation"),
    path("signup/", views.signup, name="account_signup"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("inactive/", views.account_inactive, name="account_inactive"),
]

"""Puts our admin site in the place of Django's own."""

from django.contrib.admin.apps import AdminConfig


class VoiceAdminConfig(AdminConfig):
    default_site = "contactcenter.core.admin_site.VoiceAdminSite"

"""The Django admin of the kernel: an organization's administrators see their own organization, superusers see all."""

from contactcenter.core.admin import accounts, contacts, entry, notifications, organizations, people, records, webhooks

__all__ = ["accounts", "contacts", "entry", "notifications", "organizations", "people", "records", "webhooks"]

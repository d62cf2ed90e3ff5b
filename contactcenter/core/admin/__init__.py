"""The Django admin of the kernel: an organization's administrators see their own organization, superusers see all."""

from contactcenter.core.admin import accounts, contacts, organizations, people, records, webhooks

__all__ = ["accounts", "contacts", "organizations", "people", "records", "webhooks"]

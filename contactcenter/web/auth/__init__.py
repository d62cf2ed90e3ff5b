"""The API's log-in: tokens, invitations, personal keys."""

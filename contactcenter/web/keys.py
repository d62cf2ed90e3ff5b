"""What the command palette offers beside pages: deeds, each by the key of its control (`data-shortcut`) on the page."""

from django.utils.translation import gettext


def deeds_with_keys() -> tuple[tuple[str, str], ...]:
    """Return (key, label) of every deed; the browser hides those whose control is not on the page."""
    return (
        ("r", gettext("Write an answer")),
        ("n", gettext("Write a note")),
        ("a", gettext("Assign")),
        ("e", gettext("Resolve the conversation")),
        ("s", gettext("Snooze")),
        ("c", gettext("New message")),
    )

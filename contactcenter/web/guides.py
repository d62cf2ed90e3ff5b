"""The guides of docs/ as pages: our own Markdown, drawn once."""

import re
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt

_DOCS = Path(settings.BASE_DIR) / "docs"
_PICTURE = re.compile(r"images/([a-z0-9-]+)\.png")


@lru_cache(maxsize=8)
def guide(name: str) -> SafeString:
    """Return docs/guide-<name>.md as HTML. Nothing that looks like HTML in it is let through."""
    text = (_DOCS / f"guide-{name}.md").read_text(encoding="utf-8")
    text = _PICTURE.sub(lambda found: reverse("help_picture", kwargs={"picture": found[1]}), text)
    return SafeString(MarkdownIt("js-default").render(text))


def picture(name: str) -> Path | None:
    """Return the file of a guide's picture, or None. `name` is a slug, so it cannot lead out of the folder."""
    path = _DOCS / "images" / f"{name}.png"
    return path if path.is_file() else None

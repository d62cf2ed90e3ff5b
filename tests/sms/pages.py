"""What the inbox's own script does, for tests without a browser."""

import re

from django.test import Client


def refreshed_tail(browser: Client, page: str) -> str:
    """Ask for the end of the thread again as that page would do by itself."""
    url = re.search(r'hx-get="(/sms/[^"]+/tail/)"', page)
    since = re.search(r'<input type="hidden" name="since" value="([^"]+)"', page)
    assert url is not None
    assert since is not None
    headers = {"HX-Request": "true", "HX-Target": "thread-tail"}
    return browser.get(url[1], {"since": since[1]}, headers=headers).content.decode()

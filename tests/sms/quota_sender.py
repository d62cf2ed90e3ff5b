"""One of several processes that send for one organization: `python -m tests.sms.quota_sender <org> <first> <count>`.

Prints "ready", waits for a line on its standard input, sends, and prints how many were accepted and refused.
"""

import sys

import django

django.setup()

from contactcenter.core.models import Organization  # noqa: E402 - Django first
from sms import services  # noqa: E402


def say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def main() -> None:
    org = Organization.objects.get(pk=sys.argv[1])
    first, count = int(sys.argv[2]), int(sys.argv[3])
    say("ready")
    sys.stdin.readline()
    accepted = refused = 0
    for number in range(first, first + count):
        text = services.OutgoingText(to_number=f"+1202555{number:04d}", body="Hello")
        try:
            services.send_message(org=org, actor=None, text=text)
            accepted += 1
        except services.QuotaExceeded as error:
            refused += 3500 < error.retry_after <= 3600
    say(f"{accepted} {refused}")


if __name__ == "__main__":
    main()

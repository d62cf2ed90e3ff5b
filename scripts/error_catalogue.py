#!/usr/bin/env python3
"""Writes docs/errors.md from the tables that the program uses; with `--check` only says whether it is current."""

import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from django.conf import settings  # noqa: E402

# The document is in English, which is what the sources are written in: it needs neither catalogues nor a database.
settings.configure(USE_I18N=False)

from contactcenter.providers.base import ProviderName  # noqa: E402
from contactcenter.providers.enums import ContactEffect, Failover, Nature, Phase, Retry  # noqa: E402
from contactcenter.providers.errors import CodeFacts, table_of  # noqa: E402
from sms import causes, explanations  # noqa: E402

DOCUMENT = ROOT / "docs" / "errors.md"
_HEAD = """\
# Errors of the providers

Every code that we know, what we do about it and what people read. Written by `scripts/error_catalogue.py` from the
tables in `contactcenter/providers/*/codes.py`, `sms/causes.py` and `sms/explanations.py`; do not edit it.

- **Class**: the failure code of the API.
- **Again**, at the same provider: `backoff` after seconds, by ourselves; `later` after an hour or more, by ourselves;
  `fix` after somebody changed a setting; `no`: never. `key`: only while the provider is asked with the same
  idempotency key. All that is about answers to our request: nothing was taken yet. `person`: the provider took the
  text and reported afterwards (`dlr`) that it did not arrive, for a cause that passes. No machine repeats such a text;
  whoever wrote it may, after an hour or more. A code that comes either way (`api/dlr`) is repeated by ourselves only
  as an answer.
- **Other provider**: whether the text or call may go through the other one. An outcome in doubt never does,
  and a condition (`cond`) counts as no.
- **Number**: what it says of the recipient's number. `invalid` and `no_sms`: no further text is accepted for it until
  somebody says "try again" or the person writes. `soft`: three of them in 30 days make it unreachable, which only
  warns. `opted_out`: into the consent ledger. `blocked_by_policy`: nothing, the text or its sender is to blame. What
  a code about calls says here changes nothing: who cannot be called may well get texts.

A code that is not here is judged by the status of the answer, and explained by its class.
"""
_WORDS = {ContactEffect.NONE: ""}


def main() -> int:
    """Write the document, or check it: 1 when it is not current."""
    text = "\n".join(lines()) + "\n"
    if "--check" not in sys.argv[1:]:
        DOCUMENT.write_text(text, encoding="utf-8")
        return 0
    if DOCUMENT.exists() and DOCUMENT.read_text(encoding="utf-8") == text:
        return 0
    sys.stderr.write("docs/errors.md is not current: run scripts/error_catalogue.py\n")
    return 1


def lines() -> Iterator[str]:
    """Yield the document."""
    yield _HEAD
    for provider in ProviderName:
        yield f"## {provider.value.title()}\n"
        yield "| Code | Cause | When | Class | Again | Other provider | Number | What people read |"
        yield "|---|---|---|---|---|---|---|---|"
        yield from (_row(provider, code, facts) for code, facts in sorted(table_of(provider).items()))
        yield ""
    yield "## What people can do\n"
    yield "| Cause | What happened | What to do |"
    yield "|---|---|---|"
    yield from (f"| {cause} | {found.sentence} | {found.advice} |" for cause, found in explanations.CAUSES.items())


def _row(provider: ProviderName, code: str, facts: CodeFacts) -> str:
    is_doubt = facts.nature is Nature.AMBIGUOUS
    failover = Failover.NO if is_doubt else facts.failover
    cause = causes.cause_of(provider, code)
    explanation = explanations.explain(provider, code, facts.shown.value)
    sentence = explanation.sentence if explanation else ""
    effect = _WORDS.get(facts.contact, facts.contact.value)
    return (
        f"| {code} | {cause} | {facts.phase} | {facts.shown} | {_again(facts)} | {failover} | {effect} | {sentence} |"
    )


def _again(facts: CodeFacts) -> str:
    if facts.nature is Nature.AMBIGUOUS and facts.retry is not Retry.KEY:
        return Retry.NO
    # A repeat would be a second text through the provider that had the first: reports only ever lead to another one.
    return "person" if facts.phase is Phase.DLR and facts.retry in (Retry.BACKOFF, Retry.LATER) else facts.retry


if __name__ == "__main__":
    sys.exit(main())

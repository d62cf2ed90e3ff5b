"""Breaks one promise of the sending at a time, in a copy of the project, and sees that the tests named for it fail.

    make mutants                                        # some minutes; docs/reliability.md shows the last result
    .venv/bin/python scripts/mutants.py quota "no rank" # those whose names contain one of the words

Ends with 1 when a mutant lives, when its patch does not fit any more, or when the tests fail without one.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MODEL = "tests/sms/test_model.py::test_whatever_happens_no_text_goes_twice_or_is_forgotten"


@dataclass(frozen=True, slots=True)
class Mutant:
    """One fault in the source, and the tests of which each has to notice it."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]
    is_in_database: bool = False


MUTANTS = (
    Mutant(
        "no fence: a sender dials although its lease may have ended",
        "sms/sending.py",
        "    if age > settings.SENDER_LEASE_SECONDS - budget:",
        "    if age < 0 > budget:",
        ("tests/sms/test_sending.py::test_fence_hands_back_a_claim_that_is_too_old",),
    ),
    Mutant(
        "no lease token: whoever claimed first sends, however late",
        "sms/attempts.py",
        "WHERE m.id = %(message)s AND m.status = %(claimed)s AND m.lease_token = %(token)s",
        "WHERE m.id = %(message)s AND %(claimed)s <> '' AND %(token)s::uuid IS NOT NULL",
        ("tests/sms/test_sending.py::test_claim_whose_lease_ran_out_is_not_sent_by_its_first_owner",),
    ),
    Mutant(
        "no rank guard: a late report moves a text backwards",
        "sms/delivery.py",
        "    higher = Q(rank__lt=RANK[to])",
        "    higher = Q(rank__gte=0)",
        ("tests/sms/test_webhooks.py::test_twilio_reports_move_the_text_forward_only", MODEL),
    ),
    Mutant(
        "sent again from doubt: an unknown outcome goes back into the queue",
        "sms/sending.py",
        "            MessageStatus.UNCERTAIN,\n"
        "            only_from=Q(status=MessageStatus.SENDING, account_id=dial.message.account_id),\n"
        "            uncertain_at=clock.now(),",
        "            MessageStatus.QUEUED,\n            only_from=Q(status=MessageStatus.SENDING),\n"
        "            next_attempt_at=clock.now(),",
        ("tests/sms/test_sending.py::test_ambiguous_answer_is_uncertain_and_never_sent_again",),
    ),
    Mutant(
        "failover from uncertain: the other provider gets what the first may have",
        "sms/sending.py",
        "        case Unknown():\n            _record_unknown(dial, outcome.error)",
        "        case Unknown():\n            from sms.enums import RerouteKind as Why\n\n"
        "            with transaction.atomic():\n"
        "                _finish(dial, AttemptState.REJECTED, error=outcome.error)\n"
        "                sending = Q(status=MessageStatus.SENDING)\n"
        "                failover._fail_over(dial.message, outcome.error, Why.REFUSED, only_from=sending)",
        ("tests/sms/test_failover.py::test_doubt_never_fails_over",),
    ),
    Mutant(
        "the reaper sends again what was dialled",
        "sms/sweep.py",
        "            MessageStatus.UNCERTAIN,\n            only_from=Q(status=MessageStatus.SENDING),\n"
        "            uncertain_at=clock.now(),",
        "            MessageStatus.QUEUED,\n            only_from=Q(status=MessageStatus.SENDING),\n"
        "            next_attempt_at=clock.now(),",
        ("tests/sms/test_sending.py::test_sweep_turns_dead_sends_uncertain_and_later_held",),
    ),
    Mutant(
        "STOP is not asked about again before dialling",
        "sms/sending.py",
        "        if taken.is_opted_out:",
        "        if taken.is_opted_out and message.retries < 0:",
        # Not the model: there STOP takes what waits out of the queue itself, and nobody queues at the same moment.
        ("tests/sms/test_sending.py::test_opt_out_after_queueing_blocks_before_anything_is_dialled",),
    ),
    Mutant(
        "early acknowledgement: a hook answers before its receipt is committed",
        "contactcenter/web/webhooks.py",
        "    if _store(request, adapter.name, genuine, kind_of(genuine.event)):\n        doorbell.wake(wake)\n",
        "    import threading\n\n    late = (request, adapter.name, genuine, kind_of(genuine.event))\n"
        "    threading.Timer(0.2, _store, late).start()\n",
        ("tests/sms/test_callbacks.py::test_shuffled_doubled_and_missing_reports_end_in_the_right_states",),
    ),
    Mutant(
        "quota without lock: parallel requests pass together",
        "sms/quota.py",
        '"SELECT pg_advisory_xact_lock(%s, hashtext(%s))"',
        '"SELECT %s::int, %s::text"',
        ("tests/sms/test_quota.py::test_parallel_requests_never_pass_the_limit_together",),
    ),
    Mutant(
        "no unique key: the same idempotency key makes two texts",
        "sms/migrations/0001_initial.py",
        'fields=("organization", "idempotency_key"),',
        'fields=("id", "organization", "idempotency_key"),',
        ("tests/sms/test_services.py::test_the_same_key_at_the_same_moment_makes_one_text",),
        is_in_database=True,
    ),
)


class PatchDoesNotFit(Exception):
    """The source has changed since the mutant was written."""


def copy_project(folder: Path) -> Path:
    """Copy what Git knows of the project, as it stands now."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        source, target = ROOT / name, folder / name
        if source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
    return folder


def run_tests(project: Path, tests: tuple[str, ...], *, new_database: bool) -> tuple[int, str]:
    """Run the tests in the copy; return pytest's exit code and its last line."""
    finished = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:randomly", "-p", "no:cacheprovider"),
            *("--create-db" if new_database else "--reuse-db", *tests),
        ],
        cwd=project,
        env={**os.environ, "VOICE_BOOTSTRAP": "0", "DJANGO_SETTINGS_MODULE": "contactcenter.settings.test"},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = (finished.stdout + finished.stderr).strip().splitlines()
    return finished.returncode, lines[-1].strip("= ") if lines else "(nothing)"


def try_mutant(project: Path, mutant: Mutant) -> list[tuple[str, bool, str]]:
    """Apply one mutant, run each of its tests, and undo it. Returns (test, was it caught, pytest's last line)."""
    file = project / mutant.file
    source = file.read_text(encoding="utf-8")
    if source.count(mutant.old) != 1:
        raise PatchDoesNotFit(f"{mutant.name}: {mutant.file} has changed")
    file.write_text(source.replace(mutant.old, mutant.new), encoding="utf-8")
    try:
        found = []
        for test in mutant.tests:
            code, line = run_tests(project, (test,), new_database=mutant.is_in_database)
            found.append((test, code == 1, line))  # 1: tests failed. Anything else is an accident, and proves nothing.
        return found
    finally:
        file.write_text(source, encoding="utf-8")


def main() -> int:
    if "DATABASE_URL" not in os.environ:  # The servers are the throw-away ones of the tests.
        again = [sys.executable, str(ROOT / "scripts" / "with_servers.py"), sys.executable, __file__, *sys.argv[1:]]
        return subprocess.run(again, cwd=ROOT, check=False).returncode
    words = sys.argv[1:] or [""]
    chosen = [mutant for mutant in MUTANTS if any(word in mutant.name for word in words)]
    if not chosen:
        sys.stderr.write("No mutant has such a name.\n")
        return 2
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="voice-mutants-") as name:
        project = copy_project(Path(name))
        every = tuple(dict.fromkeys(test for mutant in chosen for test in mutant.tests))
        code, line = run_tests(project, every, new_database=True)
        sys.stdout.write(f"without a mutant: {line}\n")
        wrong += code != 0
        for mutant in chosen:
            for test, is_caught, last in try_mutant(project, mutant):
                verdict = "caught" if is_caught else "LIVES "
                sys.stdout.write(f"{verdict}  {mutant.name}\n        {test}: {last}\n")
                sys.stdout.flush()
                wrong += not is_caught
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

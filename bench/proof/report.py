"""Prints what the runs showed, as the tables of docs/reliability.md."""

from collections import Counter
from collections.abc import Sequence

from bench.common import machine
from bench.proof import faults
from bench.proof.crew import libfaketime
from bench.proof.run import LEASE, Outcome


def report(outcomes: Sequence[Outcome]) -> bool:
    """Print all figures; return whether every promise was kept."""
    print(f"\n{machine()}\n")
    if libfaketime() is None:
        print("Clocks were not shifted: libfaketime is not installed (LIBFAKETIME names the library).\n")
    _runs(outcomes)
    kept = _recoveries(outcomes)
    promises = {
        "nothing lost, doubled or unreadable, nothing called failed that was taken": all(
            outcome.product.is_kept for outcome in outcomes
        ),
        "the control arm visibly loses or doubles": any(
            outcome.control["lost"] + outcome.control["doubled"] for outcome in outcomes
        ),
        "all goes on without an operator, in time": kept,
    }
    print()
    for promise, is_kept in promises.items():
        print(f"{'kept  ' if is_kept else 'BROKEN'}  {promise}")
    return all(promises.values())


def _runs(outcomes: Sequence[Outcome]) -> None:
    print("| seed | arm | accepted | lost | doubled | unreadable | inbound taken | lost | doubled | seconds |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for outcome in outcomes:
        ours, theirs = outcome.product, outcome.control
        counts = (ours.accepted, ours.lost, ours.doubled, ours.unreadable)
        inbound = (ours.inbound, ours.inbound_lost, ours.inbound_doubled)
        print(f"| {outcome.seed} | product | {_cells(*counts, *inbound, round(outcome.seconds))} |")
        counts = (theirs["accepted"], theirs["lost"], theirs["doubled"])
        print(f"| {outcome.seed} | control | {_cells(*counts, '', '', '', '', '')} |")
    print()
    for outcome in outcomes:
        ours = outcome.product
        print(f"{outcome.seed}: {ours.refused} refused by the API, {ours.lies} called failed although taken")
        print(f"  states: {dict(ours.states)}")


def _cells(*values: object) -> str:
    return " | ".join(map(str, values))


def _recoveries(outcomes: Sequence[Outcome]) -> bool:
    struck: Counter[str] = Counter()
    for outcome in outcomes:
        struck.update(outcome.struck)
    kept = True
    print("\n| fault | times | longest recovery | target |")
    print("|---|---|---|---|")
    for fault in faults.kinds(LEASE):
        times = [outcome.recovered[fault.name] for outcome in outcomes if fault.name in outcome.recovered]
        longest, target = (f"{max(times):.1f} s" if times else ""), (f"≤ {fault.target:g} s" if fault.target else "")
        kept = kept and (not fault.target or not struck[fault.name] or (bool(times) and max(times) <= fault.target))
        print(f"| {fault.name} | {struck[fault.name]} | {longest} | {target} |")
    return kept

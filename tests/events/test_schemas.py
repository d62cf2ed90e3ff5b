"""What events look like: one schema, published, and no other events than it describes."""

import copy
import json
import re
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from jsonschema import Draft202012Validator

from contactcenter.core import event_schemas, events
from contactcenter.core.models import OutboxEvent
from tests.events.samples import DATA, problems_of
from tests.factories import Tenant

DOCS = Path(__file__).parents[2] / "docs" / "events.md"


def examples() -> list[dict[str, Any]]:
    """Return the JSON blocks of docs/events.md that are whole messages."""
    blocks = re.findall(r"```json\n(.*?)```", DOCS.read_text(encoding="utf-8"), flags=re.DOTALL)
    return [block for block in map(json.loads, blocks) if "type" in block]


@pytest.mark.parametrize("url", ["/api/events/schema/", "/api/events/schema"])
def test_anybody_may_read_the_schemas(db: None, url: str) -> None:
    answer = Client().get(url)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    published = answer.json()
    assert published == event_schemas.document()
    Draft202012Validator.check_schema(published)
    assert Client().post(url).status_code == 405


def test_every_type_of_the_contract_is_described_and_no_other() -> None:
    assert set(event_schemas.DATA) == set(DATA)
    assert len(DATA) == 12


@pytest.mark.parametrize("event_type", sorted(DATA))
def test_an_event_as_described_passes_and_any_other_does_not(aurora: Tenant, event_type: str) -> None:
    data = DATA[event_type]
    events.record(
        org_id=aurora.org.pk, type=event_type, object_id=uuid4(), data=copy.deepcopy(data), actor=aurora.agent
    )
    good = events.envelope(OutboxEvent.all_orgs.get())
    assert problems_of(good) == []
    assert good["userId"] == str(aurora.agent.pk)
    first = next(iter(data))
    wrong = [
        {**good, "type": "sms.exploded"},
        {**good, "more": 1},
        {**good, "organizationId": None},
        {**good, "timestamp": "2026-01-31T08:00:00+01:00"},
        {**good, "data": {name: value for name, value in data.items() if name != first}},
        {**good, "data": {**data, first: 7.5}},
    ]
    assert [bool(problems_of(envelope)) for envelope in wrong] == [True] * len(wrong)


def test_the_documents_examples_are_events_and_show_every_type() -> None:
    shown = examples()
    assert {example["type"] for example in shown} == set(DATA)
    assert {example["type"]: problems_of(example) for example in shown} == {name: [] for name in DATA}


def test_an_unknown_type_is_refused(aurora: Tenant) -> None:
    with pytest.raises(events.UnknownEventType):
        events.record(org_id=aurora.org.pk, type="sms.exploded", object_id=uuid4(), data={})
    assert not OutboxEvent.all_orgs.exists()

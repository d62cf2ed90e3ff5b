"""Every operation is described by examples, and every example is what its own description says."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator, FormatChecker

JSON = "application/json"


@cache
def document() -> dict[str, Any]:
    return SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-any-return,no-untyped-call]


def operations() -> dict[str, dict[str, Any]]:
    return {one["operationId"]: one for methods in document()["paths"].values() for one in methods.values()}


def described_json(operation: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the body and the answers of success, where they are JSON, with their examples."""
    answers = {status: answer for status, answer in operation["responses"].items() if status < "300"}
    for name, described in (("body", operation.get("requestBody", {})), *answers.items()):
        if JSON in described.get("content", {}):
            yield name, described["content"][JSON]


CONTENTS = [
    pytest.param(content, name == "body", id=f"{operation_id} {name}")
    for operation_id, operation in operations().items()
    for name, content in described_json(operation)
]


def unexpected(schema: Any, value: Any) -> list[str]:
    """Return the names in `value` that the schema does not know, where it knows any."""
    schema = resolved(schema)
    if isinstance(value, list):
        return [name for item in value for name in unexpected(schema.get("items", {}), item)]
    if not isinstance(value, dict):
        return []
    known: dict[str, Any] = {}
    for part in (schema, *schema.get("allOf", ()), *schema.get("oneOf", ())):
        known |= resolved(part).get("properties", {})
    if not known:
        return []
    inner = [name for one in value.keys() & known.keys() for name in unexpected(known[one], value[one])]
    return sorted(value.keys() - known.keys()) + inner


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in schema:
        return schema
    found: dict[str, Any] = document()["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return found


def test_there_is_something_to_look_at() -> None:
    assert len(operations()) >= 38
    assert len(CONTENTS) >= 45


@pytest.mark.parametrize(("content", "is_body"), CONTENTS)
def test_examples_are_as_described(content: dict[str, Any], is_body: bool) -> None:
    schema = {**content["schema"], "components": document()["components"]}
    validator = Draft202012Validator(schema, format_checker=FormatChecker())
    examples = content["examples"]
    assert examples
    for example in examples.values():
        assert [f"{error.json_path}: {error.message}" for error in validator.iter_errors(example["value"])] == []
        assert unexpected(content["schema"], example["value"]) == []


def test_operations_are_named_and_sorted_alike() -> None:
    for operation_id, operation in operations().items():
        (tag,) = operation["tags"]
        assert operation_id.startswith(f"{tag}_")
        assert operation["summary"]
        assert operation["description"]
        names = [(one["in"], one["name"]) for one in operation.get("parameters", ())]
        assert len(names) == len(set(names))
        assert {name for place, name in names if place == "path"} <= {"id"}


def test_whatever_writes_once_takes_a_key() -> None:
    taking = {
        operation_id
        for operation_id, operation in operations().items()
        if ("header", "Idempotency-Key") in {(one["in"], one["name"]) for one in operation.get("parameters", ())}
    }
    posts = {methods["post"]["operationId"] for methods in document()["paths"].values() if "post" in methods}
    # Answers that hold secrets are not kept, so these cannot be given again.
    assert taking == posts - {one for one in posts if one.startswith("auth_")}


def test_every_number_in_an_address_has_its_bounds() -> None:
    numbers = [
        (operation_id, one["name"], one["schema"])
        for operation_id, operation in operations().items()
        for one in operation.get("parameters", ())
        if one["schema"].get("type") == "integer"
    ]
    assert len(numbers) >= 10
    assert [one for one in numbers if not one[2].keys() >= {"minimum", "maximum", "default"}] == []

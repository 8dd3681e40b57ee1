"""Whether the YAML at the head of a README can be read."""

import re

import yaml
from starlette.responses import Response

from mmhub.hubserver.answers import as_json
from mmhub.hubserver.bodies import Card, parsed
from mmhub.hubserver.call import Call

_HEAD = re.compile(r"---\r?\n(?P<yaml>.*?)^---\s*$", re.DOTALL | re.MULTILINE)


def validate(call: Call) -> Response:
    """Answer what is wrong with the YAML of a card: not what its keys mean, only whether it is a mapping."""
    errors = [{"message": message} for message in _faults(parsed(Card, call.body).content)]
    return as_json({"errors": errors, "warnings": []}, status=400 if errors else 200)


def _faults(content: str) -> list[str]:
    head = _HEAD.match(content)
    try:
        found = yaml.safe_load(head["yaml"]) if head else None
    except yaml.YAMLError as error:
        return [f"the metadata is no YAML: {error}"]
    return [] if found is None or isinstance(found, dict) else ["the metadata is no mapping of names to values"]

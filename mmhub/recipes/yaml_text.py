"""YAML as recipes are written in it: a key is a name, whatever YAML 1.1 makes of `on` and `no`."""

from collections.abc import Hashable
from typing import Any

import yaml

_BOOL, _TEXT = "tag:yaml.org,2002:bool", "tag:yaml.org,2002:str"


class _Loader(yaml.SafeLoader):
    """Reads a key such as `on` as the text it is; as a value it stays a truth value."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """Return a mapping whose keys are no truth values."""
        for key, _ in node.value:
            if key.tag == _BOOL:
                key.tag = _TEXT
        return super().construct_mapping(node, deep)


def read_yaml(text: str) -> Any:
    """Return what a text says as plain data. Raises yaml.YAMLError."""
    loader = _Loader(text)
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()

"""The contract every plugin keeps to."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import mmhub_text
from mmhub.testing import PluginContract


class TestText(PluginContract):
    plugin = mmhub_text
    samples: ClassVar[Mapping[str, Sequence[Any]]] = {
        "text": [
            "A dog runs on the beach.",
            "犬が走る。\n\n猫も。",
            "lâ€™objet  &amp;lt;b&amp;gt; \u200bLOL 😀 see https://example.com/x",
            "Call +49 30 1234567 or write to anna@example.org, key AKIAIOSFODNN7EXAMPLE.",
            "one two three " * 40,
            "",
        ]
    }
    options: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "text/transformer": {"model": "mmhub_text:bert", "pooling": "mean", "batch_size": 3}
    }

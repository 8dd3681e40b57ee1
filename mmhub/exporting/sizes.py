"""How large the parts of a published version are, as its card tells."""

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datasets import DatasetInfo, Features

_Amounts = dict[str, int]


class Sizes:
    """By configuration and split: ``rows``, their bytes in ``arrow``, and the bytes of the ``parquet`` files."""

    def __init__(self) -> None:
        self._of: dict[str, dict[str, _Amounts]] = defaultdict(dict)

    def of(self, config: str, split: str) -> _Amounts:
        """Return the amounts of one split, to be added to."""
        return self._of[config].setdefault(split, {"rows": 0, "arrow": 0, "parquet": 0})

    def info(self, config: str, features: "Features") -> "DatasetInfo":
        """Return what a card tells of a configuration."""
        from datasets import DatasetInfo, SplitDict, SplitInfo

        splits = SplitDict()
        for split, amounts in self._of[config].items():
            splits.add(SplitInfo(name=split, num_bytes=amounts["arrow"], num_examples=amounts["rows"]))
        return DatasetInfo(
            features=features,
            splits=splits,
            download_size=sum(amounts["parquet"] for amounts in self._of[config].values()),
            dataset_size=sum(amounts["arrow"] for amounts in self._of[config].values()),
        )

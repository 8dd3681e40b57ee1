"""What a plugin is tried with: its declarations, those it builds on, and samples."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from mmhub import plugins
from mmhub.operators import Aligner, Cleaner, Encoder, Media, Modality, Operator, Options, Segmenter, Source
from mmhub.plugins import Offers

Kind = TypeVar("Kind", Cleaner, Aligner, Encoder, Segmenter)
_OWN = "under test"


@dataclass(frozen=True)
class Trial:
    """A plugin under test.

    ``samples`` holds, by modality, values as a source would give them: bytes or a path of media, ``str`` of texts.
    ``options`` holds, by operator, options that take the place of its defaults.
    """

    offers: Offers
    samples: Mapping[str, Sequence[Any]]
    options: Mapping[str, Mapping[str, Any]]

    @classmethod
    def of(
        cls,
        plugin: Any,
        *,
        beside: Sequence[Any] = (),
        samples: Mapping[str, Sequence[Any]],
        options: Mapping[str, Mapping[str, Any]],
    ) -> "Trial":
        """Return a trial of ``plugin``; raises PluginError where its answers are no declarations, or clash."""
        others = {f"beside {number}": each for number, each in enumerate(beside)}
        return cls(plugins.collect({_OWN: plugin, **others}), samples, options)

    @property
    def modalities(self) -> list[Modality]:
        """The modalities the plugin itself offers."""
        return [each for each in self.offers.modalities.values() if self._is_own("modalities", each.name)]

    @property
    def sources(self) -> list[Source]:
        """The sources the plugin itself offers."""
        return [each for each in self.offers.sources.values() if self._is_own("sources", each.name)]

    @property
    def operators(self) -> list[Operator]:
        """The operators the plugin itself offers."""
        return [each for each in self.offers.operators.values() if self._is_own("operators", each.name)]

    def of_kind(self, kind: type[Kind]) -> list[Kind]:
        """Return the operators of one kind that the plugin itself offers."""
        return [each for each in self.operators if isinstance(each, kind)]

    @property
    def measurers(self) -> list[Cleaner | Aligner]:
        """The operators with facts and rules that the plugin itself offers."""
        return [*self.of_kind(Cleaner), *self.of_kind(Aligner)]

    def measuring(self, modality: str) -> list[Cleaner]:
        """Return every cleaner at hand, of whichever plugin, that measures values of a modality."""
        known = (each for each in self.offers.operators.values() if isinstance(each, Cleaner))
        return [each for each in known if each.modality == modality and each.measure]

    def chosen(self, operator: Operator) -> Options:
        """Return the options to try an operator with: an encoder's are those of the weights its plugin ships."""
        shipped = operator.embedded if isinstance(operator, Encoder) else {}
        return operator.options(**{**shipped, **self.options.get(operator.name, {})})

    def values(self, modality: str) -> list[Any]:
        """Return the samples of a modality, decoded anew."""
        decode = self.offers.modality(modality).decode
        samples = self.samples.get(modality, ())
        return [decode(as_media(each)) if decode else each for each in samples]

    def _is_own(self, kind: str, name: str) -> bool:
        return self.offers.distributions[f"{kind}:{name}"] == _OWN


def as_media(sample: Any) -> Media:
    """Return the media that a sample, bytes or a path, stands for."""
    return Media(data=sample) if isinstance(sample, bytes) else Media(path=str(Path(sample)))

"""The contract between mmhub and a plugin, as a class of tests."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from types import ModuleType
from typing import Any, ClassVar

from mmhub.operators import Aligner, Cleaner, Encoder, Segmenter
from mmhub.testing.cutting import check_segments
from mmhub.testing.declarations import check_facts, check_frozen, check_name, check_options, check_rules
from mmhub.testing.decoding import check_decoding, check_encoding, check_refusals, check_samples
from mmhub.testing.encoding import check_encoder
from mmhub.testing.importing import check_import
from mmhub.testing.measuring import check_aligner, check_cleaner, check_untouched
from mmhub.testing.repairing import check_pair_repair, check_repair
from mmhub.testing.trial import Trial


class PluginContract:
    """What every plugin keeps to. Inherit it in a test module, and say what to try the plugin with::

        class TestDepth(PluginContract):
            plugin = mmhub_depth
            samples = {"depth": [png(near), png(far)]}

    Each test names all that is wrong, a sentence for each.
    """

    plugin: ClassVar[Any]
    """The module that the entry point names."""
    samples: ClassVar[Mapping[str, Sequence[Any]]] = {}
    """By modality, two or more sound values that differ: bytes or a path of media, ``str`` of texts."""
    refused: ClassVar[Mapping[str, Sequence[bytes]]] = {}
    """By modality, damaged files beside those tried anyway: an empty one, random bytes, samples cut in half."""
    endless: ClassVar[Collection[str]] = ()
    """Modalities whose files do not say where they end, so that half a file is a file."""
    options: ClassVar[Mapping[str, Mapping[str, Any]]] = {}
    """By operator, options that take the place of its defaults."""
    beside: ClassVar[Sequence[Any]] = ()
    """Other plugins, whose modalities this one works on."""

    def test_its_declarations_are_named(self) -> None:
        """Names are ``modality/what-it-does``, versions count from 1, and a summary says what each is for."""
        trial = self._trial()
        _expect(check_name(each) for each in (*trial.modalities, *trial.sources, *trial.operators))

    def test_its_declarations_are_frozen_and_can_be_sent_to_a_worker(self) -> None:
        """Nothing in a declaration can be changed, and its functions belong to modules."""
        trial = self._trial()
        _expect(check_frozen(each) for each in (*trial.modalities, *trial.operators))

    def test_its_options_are_described_and_have_defaults(self) -> None:
        """Each option has a description and a default, and can enter a key."""
        trial = self._trial()
        _expect(check_options(each, self.options.get(each.name, ())) for each in trial.operators)

    def test_its_facts_are_described(self) -> None:
        """Each fact has a name that the store can keep, a type, and a summary."""
        trial = self._trial()
        _expect(check_facts(each) for each in trial.measurers)

    def test_its_rules_can_decide(self) -> None:
        """Each rule reads a declared fact, has bounds that suit it, and a reason of its own."""
        trial = self._trial()
        _expect(check_rules(each) for each in trial.measurers)

    def test_importing_it_imports_neither_torch_nor_datasets(self) -> None:
        """Decode workers import the plugin, and there is one for every core."""
        plugin = self.plugin
        module = plugin.__name__ if isinstance(plugin, ModuleType) else type(plugin).__module__
        _expect([check_import(module)])

    def test_there_are_sound_samples_of_all_it_reads(self) -> None:
        """The contract has samples of every modality the plugin offers or reads."""
        trial = self._trial()
        _expect(check_samples(name, trial) for name in _read(trial))

    def test_damaged_files_are_refused(self) -> None:
        """Decoding what is empty, random or cut raises Undecodable, with a slug for a reason, and nothing else."""
        trial = self._trial()
        _expect(
            check_refusals(each, trial, self.refused.get(each.name, ()), endless=each.name in self.endless)
            for each in trial.modalities
        )

    def test_a_value_decodes_alike_every_time(self) -> None:
        """The facts of a value are the same when it is decoded again, from a file or from bytes."""
        trial = self._trial()
        _expect(check_decoding(each, trial) for each in trial.modalities)

    def test_what_it_encodes_decodes_again(self) -> None:
        """What a modality writes, it reads."""
        trial = self._trial()
        _expect(check_encoding(each, trial) for each in trial.modalities)

    def test_it_measures_the_facts_it_declares_of_each_value_alone(self) -> None:
        """Facts have the declared names, types and length; neighbours and order do not matter."""
        trial = self._trial()
        _expect(check_cleaner(each, trial) for each in trial.of_kind(Cleaner))
        _expect(check_aligner(each, trial) for each in trial.of_kind(Aligner))

    def test_measuring_leaves_a_value_as_it_was(self) -> None:
        """Other operators see the same value afterwards."""
        trial = self._trial()
        _expect(check_untouched(each, trial) for each in sorted({each.modality for each in trial.of_kind(Cleaner)}))

    def test_what_it_has_repaired_needs_no_repair(self) -> None:
        """A repair returns None for its own work."""
        trial = self._trial()
        _expect(check_repair(each, trial) for each in trial.of_kind(Cleaner))
        _expect(check_pair_repair(each, trial) for each in trial.of_kind(Aligner))

    def test_its_segments_stand_in_order(self) -> None:
        """Segments are not empty, stand in order, and are the same every time."""
        trial = self._trial()
        _expect(check_segments(each, trial) for each in trial.of_kind(Segmenter))

    def test_its_vectors_depend_on_the_value_alone(self) -> None:
        """Vectors are finite float32[n, dim]; neighbours and order do not matter."""
        trial = self._trial()
        _expect(check_encoder(each, trial) for each in trial.of_kind(Encoder))

    def _trial(self) -> Trial:
        return Trial.of(self.plugin, beside=self.beside, samples=self.samples, options=self.options)


def _read(trial: Trial) -> list[str]:
    """Return the modalities a plugin offers or reads."""
    names = [each.name for each in trial.modalities]
    names += [each.modality for each in trial.of_kind(Cleaner)]
    names += [name for each in trial.of_kind(Segmenter) for name in (each.modality, *each.beside)]
    names += [name for each in trial.of_kind(Encoder) for name in each.modalities]
    names += [
        name for each in trial.of_kind(Aligner) if each.reads == "values" for pair in each.modalities for name in pair
    ]
    return sorted(set(names))


def _expect(checks: Iterable[Iterable[str]]) -> None:
    """Fail with all that the checks find wrong."""
    __tracebackhide__ = True
    wrong = [sentence for check in checks for sentence in check]
    if wrong:
        raise AssertionError("\n".join(wrong))

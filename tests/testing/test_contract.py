"""The contract as a whole: a plugin that keeps it, several faults at once, and modalities of another plugin."""

from types import SimpleNamespace

import mmhub_fakes
from breaking import SAMPLES, broken, cleaner
from offering import offering

from mmhub.testing import PluginContract


class TestFakes(PluginContract):
    plugin = mmhub_fakes
    samples = SAMPLES
    options = {"notes": {"data_dir": "."}}  # noqa: RUF012
    endless = ("note",)


def test_a_contract_names_all_that_is_wrong_at_once():
    message = broken("test_its_declarations_are_named", cleaner(version=0), cleaner(name="size"))
    assert len(message.splitlines()) == 2


def test_a_plugin_may_build_on_the_modalities_of_another():
    plugin = SimpleNamespace(mmhub_cleaners=offering(mmhub_cleaners=[cleaner()]).mmhub_cleaners)
    made = type("Contract", (PluginContract,), {"plugin": plugin, "beside": (mmhub_fakes,), "samples": SAMPLES})()
    made.test_it_measures_the_facts_it_declares_of_each_value_alone()
    made.test_damaged_files_are_refused()

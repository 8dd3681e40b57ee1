"""The contract tests a plugin author inherits."""

from mmhub.testing.contract import PluginContract

__all__ = ["PluginContract"]

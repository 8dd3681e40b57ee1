"""Which plugins are installed, and what they offer."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import entry_points
from types import ModuleType
from typing import Any

import pluggy

from mmhub import builtin, hookspecs
from mmhub.declarations import check_declaration, in_words
from mmhub.errors import PluginError, near
from mmhub.importing import uncollected
from mmhub.operators import Aligner, Cleaner, Encoder, Fuser, Modality, Operator, Segmenter, Source
from mmhub.registering import answered, register, unimportable

GROUP = "mmhub"
_OURS = ("text", "image", "audio", "video")
_KINDS: tuple[tuple[str, type[Any]], ...] = (
    ("modalities", Modality),
    ("sources", Source),
    ("segmenters", Segmenter),
    ("cleaners", Cleaner),
    ("aligners", Aligner),
    ("encoders", Encoder),
    ("fusers", Fuser),
)


@dataclass(frozen=True)
class Offers:
    """Everything the installed plugins declare, by name, and the distribution each name comes from."""

    modalities: Mapping[str, Modality]
    sources: Mapping[str, Source]
    operators: Mapping[str, Operator]
    distributions: Mapping[str, str]
    built: Callable[..., Any]

    def operator(self, name: str) -> Operator:
        """Return the operator called ``name``; raise PluginError, naming the nearest, where there is none."""
        if name not in self.operators:
            hint = (
                _install(name, self.modalities)
                or near(name, self.operators)
                or "; `mmhub plugins` lists those there are"
            )
            raise PluginError(f"no installed plugin offers {name!r}{hint}")
        return self.operators[name]

    def modality(self, name: str) -> Modality:
        """Return the modality called ``name``; raise PluginError, naming the nearest, where there is none."""
        if name not in self.modalities:
            hint = (
                _install(name, self.modalities)
                or near(name, self.modalities)
                or f": those known are {', '.join(sorted(self.modalities)) or 'none'}"
            )
            raise PluginError(f"no installed plugin understands the modality {name!r}{hint}")
        return self.modalities[name]


def _install(name: str, modalities: Mapping[str, Modality]) -> str:
    """Return how to install the plugin of ours that a name belongs to, where it is not there."""
    modality = name.partition("/")[0]
    return f": `pip install 'mmhub[{modality}]'`" if modality in _OURS and modality not in modalities else ""


def discover() -> Offers:
    """Return what the installed distributions offer, found by their entry points in the group ``mmhub``."""
    with uncollected():
        return collect(_imported())


def _imported() -> dict[str, Any]:
    """Return the plugins that are installed, by the names of their distributions."""
    plugins: dict[str, Any] = {}
    for point in entry_points(group=GROUP):
        distribution = point.dist.name if point.dist else point.value
        try:
            # One distribution may hold several plugins.
            plugins[distribution if distribution not in plugins else f"{distribution}:{point.name}"] = point.load()
        except Exception as error:
            raise unimportable(distribution, point.value, error) from error
    return plugins


def collect(plugins: Mapping[str, ModuleType | Any]) -> Offers:
    """Return what ``plugins``, by the names of their distributions, and mmhub itself offer.

    Raises PluginError where two offer one name, or where an answer is not a declaration.
    """
    manager = pluggy.PluginManager(GROUP)
    manager.add_hookspecs(hookspecs)
    for name, plugin in sorted({"mmhub": builtin, **plugins}.items()):
        register(manager, name, plugin)
    owners: dict[str, str] = {}
    found: dict[str, dict[str, Any]] = {kind: {} for kind, _ in _KINDS}
    for kind, declaration in _KINDS:
        for owner, answer in _answers(manager, kind, declaration):
            if not isinstance(answer, declaration):
                raise PluginError(
                    f"{owner!r} answers mmhub_{kind} with {in_words(answer)}, expected mmhub.{declaration.__name__}"
                )
            if answer.name in found[kind] and owners.get(_place(kind, answer.name)) == owner:
                raise PluginError(f"{owner!r} offers {answer.name!r} twice")
            _claim(owners, _place(kind, answer.name), answer.name, owner)
            check_declaration(answer, owner)
            found[kind][answer.name] = answer
    kinds = ("segmenters", "cleaners", "aligners", "encoders", "fusers")
    operators = {name: each for kind in kinds for name, each in found[kind].items()}
    return Offers(
        modalities=found["modalities"],
        sources=found["sources"],
        operators=operators,
        distributions=owners,
        built=manager.hook.mmhub_built,
    )


def _answers(manager: pluggy.PluginManager, kind: str, declaration: type[Any]) -> Iterable[tuple[str, Any]]:
    """Yield each declaration of one kind with the distribution that made it."""
    for implementation in getattr(manager.hook, f"mmhub_{kind}").get_hookimpls():
        owner = implementation.plugin_name
        yield from ((owner, each) for each in answered(owner, kind, implementation.function, declaration))


def _place(kind: str, name: str) -> str:
    """Return where a name is noted: operators of all kinds share one space of names."""
    return f"{kind if kind in ('modalities', 'sources') else 'operators'}:{name}"


def _claim(owners: dict[str, str], place: str, name: str, owner: str) -> None:
    other = owners.setdefault(place, owner)
    if other != owner:
        raise PluginError(f"{other!r} and {owner!r} both offer {name!r}: uninstall one of them")

"""File systems of any kind that fsspec knows, opened by the addresses of files on them."""

import os
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Lock
from typing import Any

from mmhub.downloading.failures import Failed
from mmhub.errors import SourceError, near
from mmhub.recipes.downloads import Downloads

_HERE = frozenset(
    "file local dir data zip tar libarchive cached blockcache filecache simplecache reference generic git dask "
    "async_wrapper asyncwrapper asynclocal pyscript".split()
)
"""Schemes that open files of this machine, or what another address holds: none of them is an address of its own."""
_VARIABLE = re.compile(r"\$\{?(\w+)\}?")
_REFUSES = re.compile("credential|auth|token|login|denied|forbidden|signature", re.IGNORECASE)
_ENDPOINT = re.compile(r"https?://[^@?]*")
_HIDDEN = 4
"""From how many characters on an option that is a text is kept out of messages."""


class FileSystems:
    """The file systems that addresses lead to, each opened once, or once for each of those who read at once.

    Options are those of the downloads for the scheme of an address; a text ``$NAME`` is what the environment holds.
    """

    def __init__(self, options: Downloads) -> None:
        self._options = options
        self._free: defaultdict[str, list[Any]] = defaultdict(list)
        self._lock = Lock()

    def check(self, address: str) -> None:
        """Raise Failed where a row may not name an address; see `Downloads.allow_addresses`."""
        scheme, rest = parted(address)
        if not any(_covers(each, f"{scheme}://{rest}") for each in self._options.allow_addresses):
            raise Failed(
                "refused-address",
                f"{scheme}://{rest.partition('/')[0]} is no place that the recipe reads from: "
                "`allow_addresses` among the downloads of the source allows it",
            )

    @contextmanager
    def at(self, address: str) -> Iterator[tuple[Any, str]]:
        """Give the file system of an address, and the path there; raise Failed for what goes wrong meanwhile.

        Raises SourceError where the package is not installed that the file system takes.
        """
        scheme, rest = parted(address)
        options = self._given(scheme)
        with _faults_told(address, options):
            kind = _kind(scheme)
            found = {**kind._get_kwargs_from_urls(f"{scheme}://{rest}"), **options}
            name = f"{scheme}{sorted(found.items(), key=str)}"
            with self._lock:
                system = self._free[name].pop() if self._free[name] else None
            system = system or kind(**found, skip_instance_cache=True)
            if system.async_impl:
                self._give_back(name, system)
            yield system, kind._strip_protocol(f"{scheme}://{rest}")
            # What was broken off may be in no state to be used again.
            if not system.async_impl:
                self._give_back(name, system)

    def _give_back(self, name: str, system: Any) -> None:
        with self._lock:
            self._free[name].append(system)

    def _given(self, scheme: str) -> dict[str, Any]:
        return {key: _expanded(key, value) for key, value in self._options.storage_options.get(scheme, {}).items()}


def _covers(place: str, address: str) -> bool:
    """Whether an address is at a place or below it: ``s3://bucket`` says nothing of ``s3://buckets``."""
    return address == place or address.startswith(place if place.endswith("/") else f"{place}/")


def parted(address: str) -> tuple[str, str]:
    """Return the scheme of an address and what follows; raise Failed where it is none that can be asked for."""
    scheme, _, rest = address.partition("://")
    scheme = scheme.lower()
    if "::" in address or scheme in _HERE:
        raise Failed("wrong-url", "an address within another one, or of a file on this machine, is not followed")
    if not rest.strip("/") or ".." in rest.split("/"):
        raise Failed("wrong-url", "expected SCHEME://PLACE/FILE, without `..` in it")
    if ":" in rest.partition("/")[0].rpartition("@")[0]:
        raise Failed("wrong-url", "an address may hold no password: `storage_options` among the downloads may")
    return scheme, rest


def _kind(scheme: str) -> Any:
    """Return the class of the file systems of a scheme."""
    from fsspec.registry import get_filesystem_class, known_implementations, registry

    try:
        return get_filesystem_class(scheme)
    except ValueError:
        known = {*registry, *known_implementations} - _HERE
        raise Failed("wrong-url", f"no file system is known for {scheme}://{near(scheme, known)}") from None
    except ImportError as error:
        package = known_implementations[scheme]["class"].partition(".")[0]
        said = f"run `pip install {package}`" if package != "fsspec" else str(error)
        raise SourceError(f"what reads {scheme}:// is not installed: {said}") from error


def _expanded(key: str, value: Any) -> Any:
    """Return an option with what the environment holds in place of ``$NAME``; raise SourceError without it."""
    if isinstance(value, Mapping):
        return {name: _expanded(name, each) for name, each in value.items()}
    variable = _VARIABLE.fullmatch(value) if isinstance(value, str) else None
    if variable is None:
        return value
    if variable[1] not in os.environ:
        raise SourceError(f"`storage_options` takes {key!r} from the environment, where {variable[1]!r} is not set")
    return os.environ[variable[1]]


@contextmanager
def _faults_told(address: str, options: Mapping[str, Any]) -> Iterator[None]:
    """Turn what a file system raises into Failed, without any of its options in the message."""
    try:
        yield
    except (Failed, SourceError):
        raise
    except FileNotFoundError as error:
        raise Failed("not-found", f"there is nothing at {address!r}") from error
    except (IsADirectoryError, NotADirectoryError) as error:
        raise Failed("not-found", f"there is no file at {address!r}") from error
    except PermissionError as error:
        raise Failed("forbidden", _said(error, options)) from error
    except TimeoutError as error:
        raise Failed("timeout", _said(error, options), again=True) from error
    except Exception as error:
        said = _said(error, options)
        if _REFUSES.search(said):
            raise Failed("forbidden", said) from error
        raise Failed("unreachable", said, again=True) from error


def _said(error: Exception, options: Mapping[str, Any]) -> str:
    said = f"{type(error).__name__}: {error}"
    for value in _texts(options):
        said = said.replace(value, "***")
    return said


def _texts(options: Mapping[str, Any]) -> Iterator[str]:
    for value in options.values():
        if isinstance(value, Mapping):
            yield from _texts(value)
        elif isinstance(value, str) and len(value) >= _HIDDEN and not _ENDPOINT.fullmatch(value):
            yield value

"""Connections to public addresses alone: a name is looked up, its addresses are checked, and one of those is used."""

import socket
from collections.abc import Callable, Collection, Iterable, Iterator
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any

import httpcore2

from mmhub.downloading.failures import Failed

Resolve = Callable[[str, int], Iterable[str]]
"""From a host and a port to the addresses they have now."""
_NAT64 = IPv6Network("64:ff9b::/96")


def resolved(host: str, port: int) -> list[str]:
    """Return the addresses of a host as the system knows them; raise Failed where it knows none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Failed("unknown-host", f"no address is known of {host!r}: {error}", again=True) from error
    return [str(address[0]) for *_, address in found]


def is_public(address: str) -> bool:
    """Whether an address can be reached from anywhere, and is not of a private network, this machine or a group."""
    found = ip_address(address.partition("%")[0])
    return all(each.is_global and not each.is_multicast for each in (found, *_within(found)))


def _within(address: IPv4Address | IPv6Address) -> Iterator[IPv4Address]:
    """Yield the IPv4 addresses that an IPv6 address leads to."""
    if isinstance(address, IPv6Address):
        if address in _NAT64:
            yield IPv4Address(int(address) & 0xFFFFFFFF)
        yield from (each for each in (address.ipv4_mapped, address.sixtofour, *(address.teredo or ())) if each)


class PublicNetwork(httpcore2.NetworkBackend):
    """Connects to the very address that was checked, so that a name which changes its address gains nothing by it."""

    def __init__(
        self,
        allow_hosts: Collection[str] = (),
        *,
        resolve: Resolve = resolved,
        backend: httpcore2.NetworkBackend | None = None,
    ) -> None:
        self._allowed = frozenset(host.lower() for host in allow_hosts)
        self._resolve = resolve
        self._backend = backend or httpcore2.SyncBackend()

    def connect_tcp(self, host: str, port: int, *args: Any, **options: Any) -> httpcore2.NetworkStream:
        """Connect to a host; raise Failed where none of its addresses may be used."""
        addresses = list(dict.fromkeys(self._resolve(host, port)))
        usable = [each for each in addresses if host.lower() in self._allowed or is_public(each)]
        if not usable:
            raise Failed(
                "refused-address",
                f"{host} is at {', '.join(addresses) or 'no address'}, which is not public: "
                "`allow_hosts` among the downloads of the source allows it",
            )
        for address in usable[:-1]:
            try:
                return self._backend.connect_tcp(address, port, *args, **options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                continue
        return self._backend.connect_tcp(usable[-1], port, *args, **options)

"""Whose turn it is: jobs of many hosts, so many at once for each, with the time between them that each is given."""

import heapq
import threading
import time
from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass
class _Host:
    """The jobs of one host: those not begun, those to be tried again at a time, and how many are under way.

    ``entered`` is the time under which the host stands in the order; None where it does not.
    """

    fresh: "array[int]" = field(default_factory=lambda: array("q"))
    later: list[tuple[float, int]] = field(default_factory=list)
    busy: int = 0
    next_at: float = 0.0
    entered: float | None = 0.0

    def due(self) -> float | None:
        """Return when the next job of this host may begin; None where it has none."""
        if not self.fresh and not self.later:
            return None
        return max(self.next_at, 0.0 if self.fresh else self.later[0][0])

    def pop(self, now: float) -> int:
        """Take the next job: one whose time has come again, or a fresh one."""
        return heapq.heappop(self.later)[1] if self.later and self.later[0][0] <= now else self.fresh.pop()


class Turns:
    """Gives jobs, by number, to threads that ask; the hosts take turns. A job given is `done`, or due `again`."""

    def __init__(self, jobs: Iterable[tuple[str, int]], *, per_host: int, delay_seconds: float) -> None:
        self._hosts: dict[str, _Host] = {}
        self._left = 0
        for host, job in jobs:
            self._hosts.setdefault(host, _Host()).fresh.append(job)
            self._left += 1
        for each in self._hosts.values():
            each.fresh.reverse()
        self._per_host, self._delay = per_host, delay_seconds
        # When a host may be asked; of several entries of one host that counts which the host itself knows.
        self._order = [(0.0, number, host) for number, host in enumerate(self._hosts)]
        self._number = len(self._order)
        self._changed = threading.Condition()

    def take(self) -> tuple[str, int] | None:
        """Return the next host and job, once its time has come; None when there is nothing more to do."""
        with self._changed:
            while self._left:
                now = time.monotonic()
                if (given := self._given(now)) is not None:
                    return given
                self._changed.wait(max(0.0, self._order[0][0] - now) if self._order else None)
            return None

    def _given(self, now: float) -> tuple[str, int] | None:
        while self._order and self._order[0][0] <= now:
            entered, _, name = heapq.heappop(self._order)
            host = self._hosts[name]
            if entered != host.entered:
                continue
            host.entered = None
            due = host.due()
            if due is None or due > now:
                self._enter(name)
                continue
            job = host.pop(now)
            host.busy += 1
            host.next_at = max(host.next_at, now + self._delay)
            self._enter(name)
            return name, job
        return None

    def _enter(self, name: str) -> None:
        """Put a host into the order, or further to its front, where it has a job that may be given out."""
        host = self._hosts[name]
        due = host.due()
        if due is None or host.busy >= self._per_host or (host.entered is not None and host.entered <= due):
            return
        host.entered = due
        self._number += 1
        heapq.heappush(self._order, (due, self._number, name))

    def done(self, host: str) -> None:
        """Note that a job of ``host`` has come to its end."""
        with self._changed:
            self._left -= 1
            self._freed(host)
            if not self._left:
                self._changed.notify_all()

    def again(self, host: str, job: int, wait_seconds: float, *, whole_host: bool = False) -> None:
        """Put a job back for later; where ``whole_host`` is asked to wait, so do all others of it."""
        with self._changed:
            due = time.monotonic() + wait_seconds
            heapq.heappush(self._hosts[host].later, (due, job))
            if whole_host:
                self._hosts[host].next_at = max(self._hosts[host].next_at, due)
            self._freed(host)

    def _freed(self, host: str) -> None:
        self._hosts[host].busy -= 1
        self._enter(host)
        self._changed.notify()

    def stop(self) -> None:
        """Give out no more jobs."""
        with self._changed:
            self._left = 0
            self._changed.notify_all()

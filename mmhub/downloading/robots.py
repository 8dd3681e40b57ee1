"""What a server says may be done with a file, in the header ``X-Robots-Tag``."""

from collections.abc import Collection, Iterator


def forbidden_by(header: str, disallowed: Collection[str], user_agent: str) -> str | None:
    """Return the first directive of a header that is among ``disallowed``, and is meant for all or for this agent."""
    wanted = {each.lower() for each in disallowed}
    return next((each for each in _directives(header, user_agent) if each in wanted), None)


def _directives(header: str, user_agent: str) -> Iterator[str]:
    meant = True
    for part in header.lower().split(","):
        agent, colon, directive = part.partition(":")
        # As in `otherbot: noindex, nofollow`: an agent is meant by all that follow it.
        if colon and agent.strip() != "unavailable_after":
            meant = agent.strip() in user_agent.lower()
        if meant:
            yield (directive if colon else part).strip()

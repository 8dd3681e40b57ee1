"""What a Hub answers, or fails to answer, as a sentence."""

from collections.abc import Iterator
from contextlib import contextmanager

from mmhub.errors import FULL, HubError

LOG_IN = "log in with `hf auth login`, or set HF_TOKEN"


@contextmanager
def in_words(endpoint: str, repo: str = "", *, folder: str = "") -> Iterator[None]:
    """Turn what clients of a Hub raise into a HubError; ``folder`` is where files are written meanwhile."""
    from httpx2 import HTTPError

    try:
        yield
    except (HTTPError, OSError, RuntimeError, ValueError) as error:
        words = sentence(error, endpoint, repo, folder)
        if words is None:
            raise
        raise HubError(words) from error


def sentence(error: BaseException, endpoint: str, repo: str, folder: str) -> str | None:
    """Return what went wrong and what to do, or None for what has nothing to do with the Hub."""
    from huggingface_hub.errors import HFValidationError, OfflineModeIsEnabled

    if isinstance(error, OfflineModeIsEnabled):
        return f"HF_HUB_OFFLINE is set, so that {endpoint} is not asked: unset it, or use `--hub local`"
    if isinstance(error, HFValidationError):
        return f"{repo!r} is no name of a repository: expected OWNER/NAME of letters, digits, '-', '_' and '.'"
    if isinstance(error, OSError) and error.errno in FULL:
        return f"the disk is full at {folder!r}: make room there; the same command goes on from what is sent already"
    code = status(error)
    if code is not None:
        return _answered(code, error, endpoint, repo)
    if is_passing(error):
        return (
            f"{endpoint} cannot be reached, or went away ({_first_line(error)}): the same command goes on from what "
            "is sent already"
        )
    if isinstance(error, RuntimeError | ValueError) and "README" not in str(error) and not _is_of_client(error):
        return None
    return f"{endpoint} took offence at something ({_first_line(error)})" if _is_of_client(error) else None


def status(error: BaseException | None) -> int | None:
    """Return the HTTP status that an error stands for, or None."""
    response = getattr(error, "response", None)
    return int(response.status_code) if response is not None else None


def is_passing(error: BaseException) -> bool:
    """Whether the same may well succeed a little later: a limit, a busy server, a broken connection."""
    from httpx2 import TransportError
    from huggingface_hub.errors import OfflineModeIsEnabled

    code = status(error)
    if code is not None:
        return code in (408, 425, 429, 500, 502, 503, 504)
    if isinstance(error, OfflineModeIsEnabled):
        return False
    return isinstance(error, TransportError | ConnectionError | TimeoutError)


def _answered(code: int, error: BaseException, endpoint: str, repo: str) -> str:
    said = _first_line(error)
    if code == 401 and "RepoNotFound" not in _code(error):
        return f"{endpoint} does not accept the token (401): {LOG_IN}"
    if code == 403:
        return f"the token may not do that with {repo!r} (403): it needs the role `write`, there and for its owner"
    if code in (401, 404):
        return f"{endpoint} has no dataset {repo!r}, or it is private and the token does not open it"
    if code == 429:
        return f"{endpoint} limits how often it is asked (429): wait some minutes; the same command goes on then"
    if code == 507:
        return f"{endpoint} has no room left (507): make room there; the same command goes on then"
    return f"{endpoint} answered {code} about {repo!r}: {said}"


def _code(error: BaseException) -> str:
    response = getattr(error, "response", None)
    return str(response.headers.get("X-Error-Code", "")) if response is not None else ""


def _is_of_client(error: BaseException) -> bool:
    """Whether an error was raised within a client of the Hub."""
    trace, last = error.__traceback__, ""
    while trace is not None:
        last = str(trace.tb_frame.f_globals.get("__name__", ""))
        trace = trace.tb_next
    return last.partition(".")[0] in ("huggingface_hub", "hf_xet", "httpx2")


def _first_line(error: BaseException) -> str:
    return next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)[:300]

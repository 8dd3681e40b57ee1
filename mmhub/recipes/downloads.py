"""How values behind URLs are downloaded, as a recipe says it."""

from typing import Any

from pydantic import Field, field_validator

from mmhub.recipes.parts import Part


class Downloads(Part):
    """How media whose value is a URL, or an address such as ``s3://bucket/a.jpg``, are had before any is measured.

    What was had once is kept, by its content, and not asked for again. What could not be had is quarantined with its
    reason; another setting here asks for it anew, and so does `mmhub retry`.
    """

    connections: int = Field(default=32, ge=1, le=512)
    """How many downloads are under way at once."""
    connections_per_host: int = Field(default=8, ge=1)
    """How many of them go to one host."""
    delay_seconds: float = Field(default=0.0, ge=0)
    """The least time between two requests to one host."""
    tries: int = Field(default=4, ge=1)
    """How often a URL is asked for whose server is busy, silent or gone for the moment."""
    wait_seconds: float = Field(default=1.0, ge=0)
    """How long the second try waits; each further one waits twice as long. A server that names a time is given it."""
    timeout_seconds: float = Field(default=20.0, gt=0)
    """How long a server may be silent."""
    most_seconds: float = Field(default=600.0, gt=0)
    """How long one download may take."""
    most_mb: float = Field(default=512.0, gt=0)
    """How large one file may be, in millions of bytes."""
    disallowed: tuple[str, ...] = ("noai", "noimageai", "noindex", "noimageindex")
    """Directives in the header ``X-Robots-Tag`` by which a server forbids the use of a file; none counts if empty."""
    allow_hosts: tuple[str, ...] = ()
    """Hosts that may have addresses in a private network or on this machine, by name; all others may not."""
    user_agent: str = "mmhub"
    """How the downloader calls itself."""
    allow_addresses: tuple[str, ...] = ()
    """Places other than those of the source that rows may name, such as ``s3://bucket`` or, for all, ``s3://``."""
    storage_options: dict[str, dict[str, Any]] = Field(default_factory=dict)
    """By scheme, such as ``s3``, the options of its file system; ``$NAME`` stands for what the environment holds."""

    @field_validator("disallowed", "allow_hosts", "allow_addresses", mode="before")
    @classmethod
    def _one_or_many(cls, value: Any) -> Any:
        return (value,) if isinstance(value, str) else value

    @property
    def most_bytes(self) -> int:
        """How large one file may be."""
        return int(self.most_mb * 1_000_000)

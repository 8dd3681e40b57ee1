"""Which split each row is in, as a recipe says it."""

from typing import Literal

from pydantic import Field, model_validator

from mmhub.recipes.parts import Part


class Splits(Part):
    """How rows are shared out among splits such as ``train`` and ``test``.

    ``given`` leaves them as the source says. ``hashed`` goes by a hash of the row id, or of the value of ``field``,
    and of nothing else: a row stays where it is when others come or go. ``stratified`` gives every split the same
    shares of each value of ``field``, exactly but for rounding. ``grouped`` keeps rows with one value of ``field``, and
    rows that are alike by ``rule``, in one split, and comes as near to the shares as whole groups can: the largest
    first, each to the split that lacks most. The last two share out the rows that are kept.
    """

    how: Literal["given", "hashed", "stratified", "grouped"] = "hashed"
    """How rows are shared out."""
    shares: dict[str, float] = Field(default_factory=dict)
    """By split, its share of the rows; together 1."""
    seed: int = 0
    """Another seed shares out otherwise."""
    field: str = ""
    """The field it goes by: a speaker, a video, a label. Of media it is their bytes that are compared."""
    rule: str = ""
    """For ``grouped``: a rule that finds rows alike, as in ``image/hash.duplicate``; it may be switched off."""

    @model_validator(mode="after")
    def _makes_sense(self) -> "Splits":
        if self.how == "given":
            if self.shares or self.field or self.rule:
                raise ValueError("with `how: given` the source says it all: leave out shares, field and rule")
            return self
        _check_shares(self.shares)
        if self.rule and self.how != "grouped":
            raise ValueError(f"rule = {self.rule!r} keeps rows together that are alike: say `how: grouped`")
        if self.rule and "." not in self.rule:
            raise ValueError(f"rule = {self.rule!r} names no rule: write STEP.REASON, as in image/hash.duplicate")
        if self.how == "stratified" and not self.field:
            raise ValueError("stratified splits have the same shares of each label: name the `field` that holds it")
        if self.how == "grouped" and not (self.field or self.rule):
            raise ValueError("grouped splits keep rows together: name a `field`, or a `rule` that finds them alike")
        return self


def _check_shares(shares: dict[str, float]) -> None:
    if not shares:
        raise ValueError("shares are lacking: say them as in `shares: {train: 0.9, test: 0.1}`")
    for name, share in shares.items():
        if not name:
            raise ValueError("a split has no name")
        if not 0 < share <= 1:
            raise ValueError(f"the share of {name!r} is {share:g}: expected more than 0, and at most 1")
    if abs(sum(shares.values()) - 1) > 1e-6:
        raise ValueError(f"shares add up to {sum(shares.values()):g}: expected 1")

"""A rule in a few words."""

from mmhub.operators import Distinct, Rule


def bounds(rule: Rule | Distinct) -> str:
    """Return what a rule asks of its fact, as in ``at least 60`` or ``repeats none within 4 bits``."""
    if isinstance(rule, Distinct):
        alike = f" by {rule.at_least:.6g} or more" if rule.at_least is not None else ""
        return "repeats none" + (f" within {rule.within} bits" if rule.within else alike)
    parts = [f"at least {rule.at_least:.6g}"] if rule.at_least is not None else []
    parts += [f"at most {rule.at_most:.6g}"] if rule.at_most is not None else []
    parts += [f"one of {', '.join(map(str, rule.one_of))}"] if rule.one_of is not None else []
    close = f"within {rule.off_by:.6g} of" if rule.off_by else "equal to"
    parts += [f"{close} {rule.like!r}"] if rule.like else []
    return (" and ".join(parts) or "no bound") + (f" ({rule.relative})" if rule.relative else "")

"""What the fields of a class mean."""

from pydantic import Field, create_model

from mmhub import Options
from mmhub.docstrings import meanings


class Sizes(Options):
    width: int = 1
    """How wide,

    in pixels.
    """
    height: int = Field(default=1, description="How high.")
    """What nobody is told."""
    depth: int = 1
    "How deep."
    bare: int = 1

    def area(self) -> int:
        """Return how large."""
        return self.width * self.height


class Fewer(Sizes):
    width: int = 2
    depth: int = 2
    """How deep at most."""


def test_it_is_the_string_under_a_field_or_its_description():
    assert meanings(Sizes) == {
        "width": "How wide,\n\nin pixels.",
        "height": "How high.",
        "depth": "How deep.",
        "bare": "",
    }


def test_it_is_inherited_until_a_field_is_declared_anew():
    assert meanings(Fewer) == {"width": "", "height": "How high.", "depth": "How deep at most.", "bare": ""}


def test_a_class_within_a_function_has_its_own():
    class Inner(Options):
        length: int = 1
        """How long,
as it is written here."""

    assert meanings(Inner) == {"length": "How long,\nas it is written here."}


def test_a_class_without_source_has_what_it_is_given():
    made = create_model("Made", __base__=Sizes, weight=(int, Field(default=1, description="How heavy.")))
    assert meanings(made) == meanings(Sizes) | {"weight": "How heavy."}

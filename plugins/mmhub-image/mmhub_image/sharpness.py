"""How sharp a picture is."""

from collections.abc import Sequence

import cv2

from mmhub import Cleaner, Columns, Fact, Options, Rule
from mmhub_image.picture import Picture


def sharpnesses(pictures: Sequence[Picture], options: Options) -> Columns:
    """Return the variance of the Laplacian of each picture's luma at full size (Pech-Pacheco et al. 2000)."""
    return {"sharpness": [_variance(picture) for picture in pictures]}


def _variance(picture: Picture) -> float:
    laplacian = cv2.Laplacian(picture.luma, cv2.CV_16S)
    mean = float(cv2.mean(laplacian)[0])
    return float(cv2.norm(laplacian, cv2.NORM_L2SQR)) / int(laplacian.size) - mean * mean


SHARPNESS = Cleaner(
    name="image/sharpness",
    version=1,
    modality="image",
    summary="Measures the variance of the Laplacian, and drops pictures without a sharp edge.",
    facts=(Fact(name="sharpness", dtype="float64", summary="Variance of the Laplacian of 8-bit luma."),),
    measure=sharpnesses,
    rules=(Rule("sharpness", reason="blurred", at_least=40),),
)

"""What mmhub itself offers, through the same hooks as any plugin."""

from mmhub.alignment import mmhub_aligners as mmhub_aligners
from mmhub.fusers import mmhub_fusers as mmhub_fusers
from mmhub.places import mmhub_sources as mmhub_sources

"""Plans: what a vehicle is asked to fly, in every format, with a check of each leg. Imports `geo.primitives` only."""

import lazy_loader

# Formats bring an XML parser, planning brings Shapely: who flies a plan loads neither.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

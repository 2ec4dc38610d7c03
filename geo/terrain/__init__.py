"""The ground's heights: elevation models from files as one surface, the ray that meets it, the geoid. Imports only `geo.primitives`."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

"""Places, layers and the database.

`geo.primitives` are the shared words; here are the layers, light to import; `geo.core` is the database and loads its driver.
"""

import lazy_loader

# Every room takes its words from `geo.primitives`, few look at layers.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

"""Words shared by every room: places, altitudes, the local metric frame, cameras, time, ids, errors. Pure; imports no room."""

import lazy_loader

# An error, an instant or a place is had without NumPy.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

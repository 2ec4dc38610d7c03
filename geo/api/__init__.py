"""HTTP routes over the layers, mounted by the application."""

from geo.api.features import features_router

__all__ = ["features_router"]

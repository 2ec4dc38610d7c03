"""missions."""

__all__: list[str] = []

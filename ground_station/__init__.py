"""ground_station."""

__all__: list[str] = []

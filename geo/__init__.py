"""geo."""

__all__: list[str] = []

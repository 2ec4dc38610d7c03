"""Judgements about flying safely, as pure functions: pre-flight checks, forecast of a flight, latest turn-back, conflicts."""

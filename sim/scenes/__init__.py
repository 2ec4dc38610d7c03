"""Scenes: a map, actors, weather and cameras in one file, with the truth of every frame and every broken rule."""

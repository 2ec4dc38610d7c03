"""Training samples whose things are drawn onto real pictures of the ground, for what no open picture shows.

`surfaces` gives noise and grain, the others draw one kind of thing each, `samples` hands them to a run.
"""

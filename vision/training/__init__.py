"""Training and export of detectors: the one package that imports torch and ultralytics. Both come with the `train` extra.

`recipe` says what a training run is, `pictures` cuts its samples, `distillation` keeps what the network already knew, `loop` runs it.
"""

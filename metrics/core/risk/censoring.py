"""Forecasts whose initiative vanished before their date: what the others must weigh instead (methods 2c).

A forecast that was not seen to its end says nothing, but leaving it out alone would favour quick outcomes: those are
seen before anything can vanish. So each resolved forecast weighs one over the chance that one like it was watched for
that long (inverse probability of censoring, Graf and others 1999); the chance is the product-limit estimate of Kaplan
and Meier with the vanishing as the event.
"""

from __future__ import annotations

import numpy as np

from metrics.core.risk.scores import Floats, Places

MOST_WEIGHT = 10.0


def weights_of(days: Places, watched: Floats) -> Floats:
    """Weight of each forecast: 0 where it vanished, else one over the chance of being watched up to its own day.

    Args:
        days: days from the forecast to its outcome, to its date, or to the day on which it vanished.
        watched: 1 where the outcome is known, 0 where it vanished.

    Weights end at 10, so that no single forecast decides a record.
    """
    lengths, place = np.unique(days, return_inverse=True)
    vanished = np.bincount(place, 1 - watched)
    ended = np.bincount(place)
    at_risk = ended.sum() - np.concatenate([[0], np.cumsum(ended)[:-1]])
    left = at_risk - (ended - vanished)
    kept = 1 - np.divide(vanished, left, out=np.zeros(len(lengths)), where=left > 0)
    before = np.concatenate([[1.0], np.cumprod(kept)[:-1]])[place]
    return np.where(watched > 0, 1 / np.maximum(before, 1 / MOST_WEIGHT), 0.0)

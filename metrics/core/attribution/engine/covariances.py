"""How the noise of a KPI may be tied over time: nineteen covariances, each with its prior weight.

Independent noise (weight 0.2), first-order autoregression with and without independent noise on top (0.5), and a
random walk with independent noise (0.3). Times enter as they are, so missing and irregular periods need no filling in.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[np.float64]
Mask: TypeAlias = npt.NDArray[np.bool_]

PRIOR_OF_INDEPENDENT = 0.2
PRIOR_OF_AUTOREGRESSIVE = 0.5
PRIOR_OF_RANDOM_WALK = 0.3
CORRELATIONS = (0.2, 0.4, 0.6, 0.75, 0.87, 0.95)
SHARES = (1.0, 0.6)
STEPS = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0)


@dataclass(frozen=True, slots=True)
class Whitening:
    """What turns noise of each covariance into independent noise.

    Args:
        inverse_roots: (G, T, T) inverse Cholesky factors.
        log_determinants: (G,) of the covariances.
        log_priors: (G,) of the prior weights.
    """

    inverse_roots: Array
    log_determinants: Array
    log_priors: Array


@lru_cache(maxsize=64)
def whitening(times: tuple[float, ...]) -> Whitening:
    """The whitening for readings at these times, in periods of the KPI's cadence."""
    covariances, priors = _grid(np.array(times))
    roots = [np.linalg.cholesky(covariance) for covariance in covariances]
    return Whitening(
        inverse_roots=np.stack([np.linalg.inv(root) for root in roots]),
        log_determinants=np.array([2 * np.log(np.diag(root)).sum() for root in roots]),
        log_priors=np.log(np.array(priors)),
    )


def _grid(times: Array) -> tuple[list[Array], list[float]]:
    own = np.eye(times.size)
    distance = np.abs(times[:, None] - times[None, :])
    since = times - times[0]
    shared = np.minimum(since[:, None], since[None, :])
    autoregressive = [
        share * correlation**distance + (1 - share) * own for correlation in CORRELATIONS for share in SHARES
    ]
    walks = [own + step * shared for step in STEPS]
    priors = [PRIOR_OF_INDEPENDENT]
    priors += [PRIOR_OF_AUTOREGRESSIVE / len(autoregressive)] * len(autoregressive)
    priors += [PRIOR_OF_RANDOM_WALK / len(walks)] * len(walks)
    return [own, *autoregressive, *walks], priors

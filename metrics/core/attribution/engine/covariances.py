"""How the noise of a KPI may be tied over time: 22 covariances, each with its prior weight.

Independent noise (weight 0.2), first-order autoregression with and without independent noise on top (0.45), and a
random walk with independent noise (0.35). Times enter as they are, so missing and irregular periods need no filling in.
Weights and steps were chosen by coverage (docs/methods/evidence-of-ranges.md).
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
PRIOR_OF_AUTOREGRESSIVE = 0.45
PRIOR_OF_RANDOM_WALK = 0.35
CORRELATIONS = (0.2, 0.4, 0.6, 0.75, 0.87, 0.95)
SHARES = (1.0, 0.6)
STEPS = (0.003, 0.01, 0.03, 0.06, 0.1, 0.2, 0.3, 0.6, 1.0)


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

    def beside(self, columns: Array, variances: Array) -> Whitening:
        """The same with influences (T, K) integrated out, whose coefficients have these prior variances (K,).

        They add `columns` diag(`variances`) `columns`' to each covariance. Its root is taken by the singular values of
        the whitened columns, so that a variance as good as infinite costs no digits.
        """
        white = self.inverse_roots @ (columns * np.sqrt(variances))
        sides, sizes, _ = np.linalg.svd(white, full_matrices=False)
        kept = 1 - 1 / np.sqrt(1 + sizes**2)
        taken = (sides * kept[:, None, :]) @ (sides.transpose(0, 2, 1) @ self.inverse_roots)
        return Whitening(
            inverse_roots=self.inverse_roots - taken,
            log_determinants=self.log_determinants + np.log1p(sizes**2).sum(axis=1),
            log_priors=self.log_priors,
        )


@lru_cache(maxsize=32)
def whitening(times: tuple[float, ...]) -> Whitening:
    """The whitening for readings at these times, in periods of the KPI's cadence."""
    covariances, priors = _grid(np.array(times))
    roots: Array = np.linalg.cholesky(np.stack(covariances))
    return Whitening(
        inverse_roots=np.asarray(np.linalg.inv(roots), dtype=np.float64),
        log_determinants=2 * np.log(np.diagonal(roots, axis1=1, axis2=2)).sum(axis=1),
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

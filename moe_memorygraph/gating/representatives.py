"""A plane in miniature: a few vectors that stand for all it holds, and how near a question comes to them."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["nearest_similarity", "pick_representatives"]


def pick_representatives(vectors: NDArray[np.float32], *, count: int = 16, rounds: int = 8) -> NDArray[np.float32]:
    """Up to `count` unit vectors for `vectors` (shape (n, dim), unit rows; n may be 0), the same on every call.

    Spherical k-means (Dhillon and Modha, Machine Learning 2001), seeded with the points farthest from those already
    taken (Gonzalez, 1985), so that no randomness is needed. 16 of 384 dimensions is the knee measured for plane choice.
    """
    if len(vectors) <= count:
        return vectors.copy()
    centres = _farthest_points(vectors, count)
    for _ in range(rounds):
        nearest = np.argmax(vectors @ centres.T, axis=1)
        moved = np.zeros_like(centres)
        np.add.at(moved, nearest, vectors)
        lengths = np.linalg.norm(moved, axis=1, keepdims=True)
        centres = np.where(lengths > 0, moved / np.maximum(lengths, 1e-12), centres).astype(np.float32)
    return centres


def nearest_similarity(question: NDArray[np.float32], representatives: NDArray[np.float32]) -> float:
    """Cosine to the nearest representative, clipped to 0..1; 0 where the plane is empty."""
    if len(representatives) == 0:
        return 0.0
    return float(np.clip(np.max(representatives @ question), 0.0, 1.0))


def _farthest_points(vectors: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    mean = vectors.mean(axis=0)
    chosen = [int(np.argmax(vectors @ mean))]
    closest = vectors @ vectors[chosen[0]]
    while len(chosen) < count:
        farthest = int(np.argmin(closest))
        chosen.append(farthest)
        closest = np.maximum(closest, vectors @ vectors[farthest])
    return vectors[chosen].copy()

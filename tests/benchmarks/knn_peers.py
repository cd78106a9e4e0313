"""Find neighbors by another library and say how long it took: run by bench_knn.py.

python tests/benchmarks/knn_peers.py NAME VECTORS.npy K ROWS.npy
"""

from __future__ import annotations

import os
import sys
import time

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import numpy as np

WARMED = 2000  # items of a first run, which loads and compiles


def hnswlib(vectors: np.ndarray, k: int) -> np.ndarray:
    """Return the neighbors, at a recall of about .98."""
    import hnswlib

    index = hnswlib.Index(space="l2", dim=vectors.shape[1])
    index.init_index(max_elements=len(vectors), ef_construction=100, M=16)
    index.add_items(vectors)
    index.set_ef(max(50, k + 1))
    return index.knn_query(vectors, k=k + 1)[0]


def faiss(vectors: np.ndarray, k: int) -> np.ndarray:
    """Return the neighbors of the flat index, which is exact up to rounding."""
    import faiss

    index = faiss.IndexFlatL2(vectors.shape[1])
    index.add(vectors)
    return index.search(vectors, k + 1)[1]


def pynndescent(vectors: np.ndarray, k: int) -> np.ndarray:
    """Return the neighbors with the library's own settings, warm."""
    from pynndescent import NNDescent

    return NNDescent(vectors, "euclidean", n_neighbors=k + 1, random_state=0).neighbor_graph[0]


def sklearn(vectors: np.ndarray, k: int) -> np.ndarray:
    """Return the neighbors by brute force."""
    from sklearn.neighbors import NearestNeighbors

    search = NearestNeighbors(n_neighbors=k + 1, algorithm="brute").fit(vectors)
    return search.kneighbors(vectors, return_distance=False)


PEERS = {"hnswlib": hnswlib, "faiss": faiss, "pynndescent": pynndescent, "sklearn": sklearn}


def main() -> None:
    """Time one peer on vectors of unit length and keep what it found."""
    name, source, k, target = sys.argv[1:]
    vectors = np.load(source)
    find = PEERS[name]
    find(vectors[:WARMED], int(k))
    started, burned = time.perf_counter(), time.process_time()
    rows = find(vectors, int(k))
    sys.stdout.write(f"{time.perf_counter() - started} {time.process_time() - burned}\n")
    np.save(target, rows)


if __name__ == "__main__":
    main()

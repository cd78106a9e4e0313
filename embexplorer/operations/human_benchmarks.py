"""Benchmarks by people: how similar pairs are, and analogies, from a file or from gensim's data."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from embexplorer.core.errors import UserError
from embexplorer.measures.changed_rows import to_unit
from embexplorer.measures.neighbors import find_nearest_many
from embexplorer.operations.query import first_rows

if TYPE_CHECKING:
    from embexplorer.core.progress import Progress
    from embexplorer.core.space import Space

NAMED = {
    "simlex999": "simlex999.txt",
    "wordsim353": "wordsim353.tsv",
    "google-analogies": "questions-words.txt",
}
"""What comes with gensim, by the name of its file there."""
FIRST = 30_000  # items among which answers are looked for: word vectors come by frequency
FEWEST = 3  # pairs that have a rank correlation
MOST_BYTES = 1 << 26


@dataclass(frozen=True, slots=True)
class Benchmark:
    """Pairs of items with a score, or analogies ``a b c d``: one of both is empty."""

    name: str
    similarities: tuple[tuple[str, str, float], ...] = ()
    analogies: tuple[tuple[str, str, str, str], ...] = ()


def find_benchmark(name: str) -> Benchmark:
    """Return the benchmark in a file, or one of gensim's by its name.

    A line has two items and a number, or four items, apart by tabs or blanks; lines that begin with
    ``#`` or ``:`` are left out.

    Raises
    ------
    UserError
        When there is none of this name, gensim is not installed, or a line does not fit.
    """
    path = Path(name)
    if not path.is_file() and name in NAMED:
        if find_spec("gensim") is None:
            raise UserError(
                "gensim is not installed",
                f"“{name}” is read from the data that come with it.",
                "Install gensim, or give the benchmark as a file.",
            )
        from gensim.test.utils import datapath

        path = Path(datapath(NAMED[name]))
    if not path.is_file():
        raise UserError(
            "No such benchmark",
            f"“{name}” is no file and no name.",
            f"Names: {', '.join(NAMED)}.",
        )
    if path.stat().st_size > MOST_BYTES:
        detail = f"{path.name} is larger than {MOST_BYTES >> 20} MB."
        raise UserError("Too large for a benchmark", detail, "Give a smaller file.")
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        detail = f"{path.name} does not read as UTF-8: {error}."
        raise UserError("The benchmark cannot be read", detail, "Convert the file.") from error
    return _benchmark_of(name, path.name, lines)


def _benchmark_of(name: str, file: str, lines: list[str]) -> Benchmark:
    similarities: list[tuple[str, str, float]] = []
    analogies: list[tuple[str, str, str, str]] = []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line[0] in "#:":
            continue
        parts = line.rstrip().split("\t") if "\t" in line else line.split()
        try:
            if len(parts) == 4:
                analogies.append((parts[0], parts[1], parts[2], parts[3]))
                continue
            first, second, score = parts
            similarities.append((first, second, float(score)))
            is_finite = np.isfinite(similarities[-1][2])
        except ValueError:
            is_finite = False
        if not is_finite:
            raise UserError(
                "This is no benchmark",
                f"{file}, line {number}: “{line[:60]}” is neither two items and a number nor four "
                "items.",
                "Mend the line, or choose another file.",
            )
    if bool(similarities) == bool(analogies):
        what = "both kinds of lines" if similarities else "no line"
        raise UserError(
            "This is no benchmark", f"{file} has {what}.", "Give pairs with scores, or analogies."
        )
    return Benchmark(name, tuple(similarities), tuple(analogies))


def run_benchmark(
    space: Space, benchmark: Benchmark, progress: Progress, *, ignore_case: bool = False
) -> dict[str, Any]:
    """Return how a space does, as plain values.

    `value` is Spearman's correlation of cosine and score, with mean ranks for ties; or the share of
    analogies that 3CosAdd answers, without the three inputs, among the first `FIRST` items. It is
    None where fewer than three pairs, or no analogy, can be used.

    Parameters
    ----------
    ignore_case
        Look up the lower-case form of an item that is not there as written.
    """
    wanted = {
        item
        for line in (*benchmark.similarities, *benchmark.analogies)
        for item in line
        if isinstance(item, str)
    }
    rows = first_rows(space, wanted | {item.lower() for item in wanted})
    if ignore_case:
        rows |= {
            item: rows[item.lower()] for item in wanted if item not in rows and item.lower() in rows
        }
    rows = {item: row for item, row in rows.items() if np.any(space.vectors[row])}
    if benchmark.similarities:
        return _similarity(space, benchmark, rows)
    return _analogies(space, benchmark, rows, progress)


def _similarity(space: Space, benchmark: Benchmark, rows: dict[str, int]) -> dict[str, Any]:
    from scipy.stats import spearmanr

    used = [one for one in benchmark.similarities if one[0] in rows and one[1] in rows]
    value = None
    if len(used) >= FEWEST:
        at = np.array([(rows[first], rows[second]) for first, second, _ in used])
        first, second = (to_unit(space.vectors[side].astype(np.float64)) for side in at.T)
        # Rounding must not order what is equal.
        cosines = np.round(np.vecdot(first, second), 12)
        scores = np.array([one[2] for one in used])
        if np.ptp(cosines) > 0 and np.ptp(scores) > 0:
            value = float(spearmanr(cosines, scores).statistic)
    return {
        "task": benchmark.name,
        "kind": "similarity",
        "value": value,
        "pairs_used": len(used),
        "pairs_skipped": len(benchmark.similarities) - len(used),
    }


def _analogies(
    space: Space, benchmark: Benchmark, rows: dict[str, int], progress: Progress
) -> dict[str, Any]:
    among = space.vectors[:FIRST]
    used = [
        asked
        for line in benchmark.analogies
        if all(item in rows for item in line)
        and max(asked := tuple(rows[item] for item in line)) < len(among)
    ]
    value = None
    if used:
        at = np.array(used)
        a, b, c = (to_unit(among[at[:, side]].astype(np.float64)) for side in range(3))
        targets = b - a + c
        has_target = np.vecdot(targets, targets) > 0
        found = find_nearest_many(among, targets[has_target], 4, progress=progress)
        right = 0
        for ranked, question in zip(found, at[has_target], strict=True):
            answers = [row for row in ranked.indices.tolist() if row not in question[:3]]
            right += bool(answers) and answers[0] == int(question[3])
        value = right / len(used)
    return {
        "task": benchmark.name,
        "kind": "analogies",
        "value": value,
        "pairs_used": len(used),
        "pairs_skipped": len(benchmark.analogies) - len(used),
        "among": len(among),
    }

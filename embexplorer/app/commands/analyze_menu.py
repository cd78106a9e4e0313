"""Commands of the Analyze menu: questions about the space."""

from __future__ import annotations

from typing import TYPE_CHECKING

from embexplorer.app.commands.command import (
    SPACE,
    Command,
    has_bias,
    has_one_selected,
    has_space,
)
from embexplorer.app.presenters.bias_map import is_debiased

if TYPE_CHECKING:
    from embexplorer.app.services import Services
    from embexplorer.app.shell import Shell

PROBED = "Needs an answered bias probe"
DEBIASED = "Needs a space that was debiased"


def _ask_selected(services: Services, shell: Shell) -> None:
    services.neighbors.ask_selected()
    shell.show_tab("Neighbors")


COMMANDS = (
    Command(
        "analyze.neighbors",
        "Neighbors",
        "Analyze",
        lambda s, w: w.show_tab("Neighbors"),
        "Alt+2",
        has_space,
        keywords="nearest similar search query",
        needs=SPACE,
    ),
    Command(
        "analyze.neighbors-of-selection",
        "Neighbors of the selection",
        "Analyze",
        _ask_selected,
        "Ctrl+Shift+N",
        has_one_selected,
        needs="Needs one selected item",
    ),
    Command(
        "analyze.analogy",
        "Analogy",
        "Analyze",
        lambda s, w: w.show_tab("Analogy"),
        "Ctrl+Shift+A",
        has_space,
        also="Alt+3",
        keywords="is to as",
        needs=SPACE,
    ),
    Command(
        "analyze.bias",
        "Probe for bias",
        "Analyze",
        lambda s, w: w.show_tab("Bias"),
        "Alt+4",
        has_space,
        keywords="weat association stereotype item sets effect size",
        needs=SPACE,
    ),
    Command(
        "analyze.probe-battery",
        "Probe battery…",
        "Analyze",
        lambda s, w: w.ask_battery(),
        enabled=has_space,
        keywords="bias many probes sets spaces table heat map holm benjamini hochberg weat",
        needs=SPACE,
    ),
    Command(
        "analyze.edit-sets",
        "Edit item sets…",
        "Analyze",
        lambda s, w: w.ask_edit_sets(),
        enabled=has_space,
        keywords="bias probe words targets attributes pairs new",
        needs=SPACE,
    ),
    Command(
        "analyze.debias",
        "Debias…",
        "Analyze",
        lambda s, w: w.ask_debias(),
        enabled=has_space,
        keywords="bias mitigate mitigation hard soft leace inlp remove direction",
        needs=SPACE,
    ),
    Command(
        "analyze.color-bias",
        "Color the map by the probe",
        "Analyze",
        lambda s, w: s.bias.color_by_scores(),
        enabled=has_bias,
        keywords="bias scores of items",
        needs=PROBED,
    ),
    Command(
        "analyze.bias-axes",
        "Map on bias axes",
        "Analyze",
        lambda s, w: s.bias_map.show_axes("varied"),
        enabled=has_bias,
        keywords="bias direction axis words along gender x most varied across",
        needs=PROBED,
    ),
    Command(
        "analyze.bias-neutrality",
        "Map of bias by neutrality",
        "Analyze",
        lambda s, w: s.bias_map.show_axes("neutrality"),
        enabled=has_bias,
        keywords="bias direction axis words length across raw",
        needs=PROBED,
    ),
    Command(
        "analyze.bias-order",
        "Map of bias by frequency order",
        "Analyze",
        lambda s, w: s.bias_map.show_axes("order"),
        enabled=has_bias,
        keywords="bias direction axis words rank row frequent rare",
        needs=PROBED,
    ),
    Command(
        "analyze.before-after",
        "Before and after on bias axes",
        "Analyze",
        lambda s, w: s.bias_map.show_changes("bias"),
        enabled=is_debiased,
        keywords="debias arrows moved changed mitigation",
        needs=DEBIASED,
    ),
    Command(
        "analyze.before-after-pca",
        "Before and after on PCA axes",
        "Analyze",
        lambda s, w: s.bias_map.show_changes("pca"),
        enabled=is_debiased,
        keywords="debias arrows moved changed mitigation principal",
        needs=DEBIASED,
    ),
    Command(
        "analyze.find-clusters",
        "Find clusters…",
        "Analyze",
        lambda s, w: w.ask_clusters(),
        enabled=has_space,
        keywords="hdbscan k-means kmeans groups topics",
        needs=SPACE,
        starts_group=True,
    ),
    Command(
        "analyze.contents",
        "Contents of the map",
        "Analyze",
        lambda s, w: w.show_tab("Contents"),
        "Alt+6",
        has_space,
        keywords="clusters list names rename merge",
        needs=SPACE,
    ),
    Command(
        "analyze.join-columns",
        "Join columns…",
        "Analyze",
        lambda s, w: w.ask_join(),
        enabled=has_space,
        keywords="metadata table merge key id csv lookup annotate",
        needs=SPACE,
    ),
    Command(
        "analyze.details",
        "Details",
        "Analyze",
        lambda s, w: w.show_tab("Details"),
        "Alt+1",
        has_space,
        needs=SPACE,
        starts_group=True,
    ),
    Command(
        "analyze.find",
        "Find items",
        "Analyze",
        lambda s, w: w.show_find(),
        "Ctrl+F",
        has_space,
        keywords="search text word regular expression hits",
        needs=SPACE,
        also="/",
    ),
)

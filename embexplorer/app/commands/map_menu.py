"""Commands of the Map menu: projections, tools, the view."""

from __future__ import annotations

from embexplorer.app.commands.command import (
    MAP,
    SELECTION,
    SPACE,
    Command,
    has_live,
    has_map,
    has_selection,
    has_space,
    is_projecting,
)

COMMANDS = (
    Command("map.fit", "Fit to window", "Map", lambda s, w: w.fit(), "F", has_map, needs=MAP),
    Command(
        "map.fit-selection",
        "Fit to the selection",
        "Map",
        lambda s, w: w.fit_selection(),
        "Shift+F",
        has_selection,
        needs=SELECTION,
    ),
    Command("map.zoom-in", "Zoom in", "Map", lambda s, w: w.zoom(1.25), "+", has_map, needs=MAP),
    Command("map.zoom-out", "Zoom out", "Map", lambda s, w: w.zoom(0.8), "-", has_map, needs=MAP),
    Command(
        "map.pca",
        "Project with PCA",
        "Map",
        lambda s, w: s.map.project("pca"),
        "P",
        has_space,
        keywords="projection",
        needs=SPACE,
        starts_group=True,
    ),
    Command(
        "map.tsne",
        "Project with t-SNE",
        "Map",
        lambda s, w: s.map.project("tsne"),
        "T",
        has_space,
        keywords="projection",
        needs=SPACE,
    ),
    Command(
        "map.umap",
        "Project with UMAP",
        "Map",
        lambda s, w: s.map.project("umap"),
        "U",
        has_space,
        keywords="projection",
        needs=SPACE,
    ),
    Command(
        "map.true-neighbors",
        "Join hovered items to their true neighbors",
        "Map",
        lambda s, w: s.remembered.change(
            hover_neighbors=not s.remembered.settings.hover_neighbors
        ),
        checked=lambda s, w: s.remembered.settings.hover_neighbors,
        keywords="faithfulness lines kept",
    ),
    Command(
        "map.keep",
        "Keep the running map as is",
        "Map",
        lambda s, w: s.map.keep_live(),
        "Return",
        has_live,
        needs="Needs a running projection that is on the map",
        starts_group=True,
    ),
    Command(
        "map.cancel",
        "Cancel the running projection",
        "Map",
        lambda s, w: s.map.cancel_live(),
        enabled=is_projecting,
        needs="Needs a running projection",
    ),
)

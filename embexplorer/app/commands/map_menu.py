"""Commands of the Map menu: projections, tools, the view."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from embexplorer.app.commands.command import (
    MAP,
    SELECTION,
    SPACE,
    Command,
    has_encoder,
    has_live,
    has_map,
    has_selection,
    has_space,
    is_projecting,
)
from embexplorer.app.style import LAYERS

if TYPE_CHECKING:
    from embexplorer.app.services import Services
    from embexplorer.app.shell import Shell
    from embexplorer.app.state import State
    from embexplorer.app.style import Layer

SOLID_MAP = "Needs a 3-D map"


def has_solid_map(state: State) -> bool:
    """Return whether the map has three axes."""
    return state.projection is not None and state.projection.dims == 3


def has_other_map(state: State) -> bool:
    """Return whether a space is open, and another one has a map."""
    active = state.active_space
    return has_space(state) and any(made.space_id != active for made in state.document.projections)


def _look_along(axis: int, services: Services, shell: Shell) -> None:
    shell.look_along(axis)


def _toggle_layer(layer: Layer, services: Services, shell: Shell) -> None:
    services.map.toggle_layer(layer)


def _has_layer(layer: Layer, services: Services, shell: Shell) -> bool:
    return layer in services.store.state.style.layers


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
        lambda s, w: s.map.project("pca", dims=s.map.dims),
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
        lambda s, w: s.map.project("tsne", dims=s.map.dims),
        "T",
        has_space,
        keywords="projection",
        needs=SPACE,
    ),
    Command(
        "map.umap",
        "Project with UMAP",
        "Map",
        lambda s, w: s.map.project("umap", dims=s.map.dims),
        "U",
        has_space,
        keywords="projection",
        needs=SPACE,
    ),
    Command(
        "map.place",
        "Place on an existing map…",
        "Map",
        lambda s, w: w.ask_place(),
        enabled=has_other_map,
        keywords="projection new items onto transform old background",
        needs="Needs a space, and another one with a map",
    ),
    Command(
        "map.2d",
        "Map in 2-D",
        "Map",
        lambda s, w: s.map.set_dims(2),
        "2",
        has_map,
        checked=lambda s, w: s.store.state.projection is not None and s.map.dims == 2,
        keywords="dimensions flat plane",
        needs=MAP,
        starts_group=True,
    ),
    Command(
        "map.3d",
        "Map in 3-D",
        "Map",
        lambda s, w: s.map.set_dims(3),
        "3",
        has_map,
        checked=lambda s, w: s.store.state.projection is not None and s.map.dims == 3,
        keywords="dimensions space depth",
        needs=MAP,
    ),
    Command(
        "map.rotate",
        "Turn the 3-D map by itself",
        "Map",
        lambda s, w: w.toggle_rotation(),
        enabled=has_solid_map,
        checked=lambda s, w: w.is_rotating(),
        keywords="auto rotate spin orbit",
        needs=SOLID_MAP,
    ),
    *(
        Command(
            f"map.along-{name}",
            f"Look along the {name} axis",
            "Map",
            partial(_look_along, axis),
            enabled=has_solid_map,
            keywords="3-d camera view front side top",
            needs=SOLID_MAP,
        )
        for axis, name in enumerate(("first", "second", "third"))
    ),
    Command(
        "map.true-neighbors",
        "Join hovered items to their true neighbors",
        "Map",
        lambda s, w: s.remembered.change(hover_neighbors=not s.remembered.settings.hover_neighbors),
        checked=lambda s, w: s.remembered.settings.hover_neighbors,
        keywords="faithfulness lines kept",
    ),
    Command(
        "map.color-menu",
        "Choose what colors the points",
        "Map",
        lambda s, w: w.open_map_menu("color"),
        "C",
        has_map,
        keywords="column legend ramp palette",
        needs=MAP,
        starts_group=True,
    ),
    Command(
        "map.size-menu",
        "Choose size, opacity and shape",
        "Map",
        lambda s, w: w.open_map_menu("size"),
        "S",
        has_map,
        keywords="column points marker",
        needs=MAP,
    ),
    Command(
        "map.labels-menu",
        "Choose what is named on the map",
        "Map",
        lambda s, w: w.open_map_menu("labels"),
        "B",
        has_map,
        keywords="labels names clusters items topics",
        needs=MAP,
    ),
    Command(
        "map.layers-menu",
        "Choose what is drawn beside the points",
        "Map",
        lambda s, w: w.open_map_menu("layers"),
        "Y",
        has_map,
        keywords="layers density contours hulls edges sequences pictures arrows",
        needs=MAP,
    ),
    *(
        Command(
            f"map.layer-{layer}",
            f"{layer.capitalize()} on the map",
            "Map",
            partial(_toggle_layer, layer),
            enabled=has_map,
            checked=partial(_has_layer, layer),
            keywords="layer draw",
            needs=MAP,
        )
        for layer in LAYERS
    ),
    Command(
        "map.larger-points",
        "Larger points",
        "Map",
        lambda s, w: s.styling.make_larger(),
        "]",
        has_map,
        keywords="size radius",
        needs=MAP,
    ),
    Command(
        "map.smaller-points",
        "Smaller points",
        "Map",
        lambda s, w: s.styling.make_smaller(),
        "[",
        has_map,
        keywords="size radius",
        needs=MAP,
    ),
    Command(
        "map.similarity",
        "Color by similarity to the query",
        "Map",
        lambda s, w: s.deriving.similarity(),
        enabled=has_space,
        keywords="derived value cosine",
        needs=SPACE,
        starts_group=True,
    ),
    Command(
        "map.neighbor-distance",
        "Color by distance to the nearest items",
        "Map",
        lambda s, w: s.deriving.neighbor_distance(),
        enabled=has_space,
        keywords="derived value knn outlier density",
        needs=SPACE,
    ),
    Command(
        "map.density",
        "Color by density on the map",
        "Map",
        lambda s, w: s.deriving.density(),
        enabled=has_map,
        keywords="derived value kernel",
        needs=MAP,
    ),
    Command(
        "map.trust",
        "Color by false neighbors",
        "Map",
        lambda s, w: s.deriving.trust(),
        enabled=has_map,
        keywords="derived value missing kept trustworthiness continuity faithfulness",
        needs=MAP,
    ),
    Command(
        "map.stability",
        "Color by stability over seeds",
        "Map",
        lambda s, w: s.deriving.stability(),
        enabled=has_map,
        keywords="derived value seed repeat",
        needs=MAP,
    ),
    Command(
        "map.typed-labels",
        "Color by typed labels…",
        "Map",
        lambda s, w: w.ask_labels(),
        enabled=has_encoder,
        keywords="zero-shot classify categories nearest label prompt",
        needs="Needs a space that an encoder made, such as an encoded corpus",
    ),
    Command(
        "map.save-view",
        "Save this view…",
        "Map",
        lambda s, w: w.ask_save_view(),
        "Ctrl+D",
        has_map,
        keywords="bookmark camera place",
        needs=MAP,
        starts_group=True,
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
        "map.pause",
        "Pause or resume the running projection",
        "Map",
        lambda s, w: s.map.toggle_paused(),
        enabled=is_projecting,
        keywords="wait stop continue",
        needs="Needs a running projection",
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

"""Small widgets that panels are made of; each takes a theme, a parent and plain frozen values.

Everything below is imported from its own module. ``name`` is the accessible name.

labels
    ``label(parent, text="", kind="", *, wrap=False)`` with the kinds caption section strong title
    display figure danger warning ok chip key; ``set_kind(widget, kind)``;
    ``ElidedLabel(parent, text="", kind="")``; ``rule(parent, vertical=False)``
buttons
    ``Button(theme, parent, text, *, kind="", icon="", tip="")`` kinds: primary, link;
    ``ToolButton(theme, parent, icon, tip, *, text="", checkable=False, kind="")``, its first words
    before two spaces are the name; ``Disclosure(theme, parent, text, is_open=False)``, signal
    ``opened(bool)``
columns
    ``row(theme, *things, gap=0.375)`` and ``column(theme, *things, gap=0.5)``: layouts where None
    is a stretch; ``ScrollColumn(theme, parent, name)`` with ``add(*things, gap=0)``, ``finish()``
fields
    ``Combo SpinBox NumberBox LineEdit (theme, parent, name)``: never wider than the panel, wheel
    only with focus
overlay
    ``Overlay(theme, parent, kind="card")``: ``body`` layout, ``anchor(Qt.Corner)``, ``fit()``,
    ``draw(painter)``
dock_title
    ``DockTitle(theme, dock)``
ranked_list
    ``RankedRow(text, score_text, bar, rank=None, category=None, is_flagged=False, tip="")``;
    ``RankedList(theme, parent, name, *, limit=50, strong_first=True)``: ``set_rows(rows)``,
    ``set_dimmed(bool)``, signals ``row_hovered(int)`` (-1: none), ``row_activated(int)``
legend
    ``CategoryLegend(title, names, counts, positions, hidden=frozenset(), missing=0, note="",
    tip="")``, ``RampLegend(title, ticks, colors, counts=(), ...)``,
    ``PlainLegend(title, note="")``,
    ``LegendKey(kind, column, low="", high="", shapes=(), note="")``;
    ``Legend(theme, parent, limit=16)``: ``show_view(view, keys=())``, ``clear()``,
    ``set_limit(n)``;
    its signals carry the codes of categories as tuples, see there
toast
    ``ToastMessage(title, detail="", hint="", action="", details="", is_error=True)``;
    ``Toast(theme, parent)``: ``show_message(message)``, ``dismiss()``, signals
    ``action_requested(object)``, ``dismissed(object)``: the message
progress
    ``ProgressBar(theme, parent, name)``: ``show_fraction(float | None)``, ``restart()``
job_card
    ``JobView(job_id, title, fraction=None, detail="", time_left="")``; ``JobCard(theme, parent,
    view)``: ``show_view(view)``, signal ``cancel_requested(object)``: the job id
live_strip
    ``LiveView(title, fraction=None, time_left="", note="")``; ``LiveStrip(theme, parent)``:
    ``show_view(view)``, signals ``keep_requested()``, ``cancel_requested()``
drop_zone
    ``DropZone(theme, parent, *, is_big=False)``: ``set_hover(text | None)``, signals
    ``open_requested()``, ``sample_requested()``
first_run
    ``RecentFile(path, name, note)``; ``FirstRun(theme, parent)``: ``zone``, ``set_recent(files)``,
    signals ``open_requested()``, ``sample_requested()``, ``recent_requested(str)``
check_list
    ``CheckRow(key, text, tip="", is_checked=False)``; ``CheckList(parent, name)``:
    ``show_rows(rows)``, ``checked``, ``show_only(is_wanted)``, ``check_shown(is_checked=...)``,
    signal ``checks_changed()``
heat_map
    ``HeatNumber(text, share, tip="")``; ``HeatMap(theme, parent, name)``: ``show_numbers(rows,
    columns, numbers, spoken)``, signal ``cell_chosen(int, int)``
contrast_list
    ``ContrastRow(text, figure, note, share_in=None, share_out=None, tip="")``;
    ``ContrastList(theme, parent, name, *, limit=40)``: ``set_rows(rows)``, signals as of
    ``RankedList`` and ``menu_requested(int, QPoint)``
histogram
    ``Bar(label, all, shown, selected, position=None, is_on=True)``, ``HistogramView(title, note,
    kind, bars, ends=("", ""), spoken="")``; ``Histogram(theme, parent)``: ``show_view(view)``,
    signals ``brushed(int, int)``, ``bar_chosen(int, bool)``, ``cleared()``,
    ``menu_requested(QPoint)``
expression_field
    ``ExpressionField(theme, parent, name)``: ``show_completions(text, cursor, start, options)``,
    ``show_fault(position, length)``, ``clear_fault()``, signals ``completion_wanted(str, int)``,
    ``entered(str)``, ``changed()``
chips
    ``Chips(theme, parent, name, clear="Clear all")``: ``show_texts(texts)``, signals
    ``removed(int)``, ``cleared()``
segment
    ``Segment(theme, parent, name, choices)``: ``value``, ``show_value(value)``, signal
    ``chosen(str)``
find_bar
    ``FindBar(theme, parent)``, a card: see there
color_grid
    ``ColorMenu(theme, parent, current=-1)``, signal ``chosen(int)``
key_values
    ``KeyValues(theme, parent, name)``: ``set_rows(((key, value), ...))``
interval
    ``IntervalView(value, low, high, span=(0, 1), ticks=(0, 0.5, 1))``; ``Interval(theme, parent,
    name)``: ``show_view(view | None)``
hover_card
    ``HoverView(text, category=None, category_name="", rows=(), note="")``; ``HoverCard(theme,
    parent)``: ``show_at(view, point, gap=0.75)``, ``hide()``
empty_state
    ``EmptyState(theme, parent, title, detail, action="")``: ``show_text(title, detail)``, signal
    ``action_requested()``
painting
    ``Painted(theme, parent, name)``, ``draw_text``, ``draw_lines``, ``draw_bar``, ``draw_dot``

Beside this package: ``embexplorer.ui.forms.ParamsForm(theme, parent, params_type, *, name,
choices)`` with ``values set_values reset show_error clear_errors field changed``, and
``embexplorer.ui.tables.ItemsTable(theme, parent)`` with ``items_model.show_table set_order``.
"""

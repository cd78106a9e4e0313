"""What the active space has of all sets: looked up once, counted for each."""

from __future__ import annotations

from embexplorer.core.contracts import Asks
from embexplorer.core.item_sets import ItemSet, ItemSets
from embexplorer.operations.keep import on_disk
from embexplorer.operations.set_reach import find_reach, reach_of
from tests.app.presenters.test_bias import SETS, make_garden
from tests.app.presenters.test_probe_choices import make_contexts

TEST = Asks(targets=2, attributes=2)


def test_each_set_is_counted_and_what_lacks_too_much_is_named(desk) -> None:
    garden = make_garden()
    reach = find_reach(garden, [SETS])
    assert reach_of(SETS, TEST, reach).counts == "4/4  4/5  3/3  3/3"
    assert reach_of(SETS, TEST, reach).lacks == ""  # a fifth may be missing
    less = ItemSets(
        "less",
        (SETS.targets[0], ItemSet("insects", ("ant", "wasp", "bee", "hornet"))),
        SETS.attributes,
    )
    reach = find_reach(garden, [less])
    assert reach_of(less, TEST, reach).lacks == "insects: 2 of 4 are in this space"


def test_sets_that_the_probe_does_not_take_are_not_counted() -> None:
    pairs = ItemSets("sides", pairs=(("rose", "ant"), ("lily", "bee")), words=SETS.attributes[0])
    reach = find_reach(make_garden(), [pairs])
    assert reach_of(pairs, Asks(pairs=True), reach).counts == "1/2"
    assert reach_of(pairs, Asks(pairs=True), reach).lacks == "pairs: 1 of 2 are in this space"
    assert reach_of(pairs, Asks(pairs=True, words=True), reach).counts == "3/3  1/2"


def test_many_sets_are_counted_together() -> None:
    many = ItemSets("many", tuple(ItemSet(str(k), SETS.targets[1].items) for k in range(5)))
    reach = find_reach(make_garden(), [many])
    assert reach_of(many, Asks(targets=None), reach).counts == "20/25"


def test_sets_that_were_not_looked_up_have_no_count() -> None:
    reach = find_reach(make_garden(), [])
    assert reach_of(SETS, TEST, reach) is None


def test_values_of_a_column_are_counted_and_case_can_be_ignored() -> None:
    contexts = make_contexts()
    upper = ItemSets("upper", (ItemSet("a", ("Rose", "Tulip")), ItemSet("b", ("ant", "wasp"))))
    asks = Asks(targets=2)
    assert reach_of(upper, asks, find_reach(contexts, [upper])).counts == "0/2  0/2"
    named = find_reach(contexts, [upper], word_column="word")
    assert reach_of(upper, asks, named).counts == "0/2  2/2"
    folded = find_reach(contexts, [upper], word_column="word", ignore_case=True)
    assert reach_of(upper, asks, folded).counts == "2/2  2/2"


def test_a_space_is_looked_through_once(desk) -> None:
    services = desk.services
    services.library.add(on_disk(make_garden(), services.context))
    desk.run_all()
    services.reaching.look()
    assert desk.lanes["quick"].keys == ["set-reach"]
    desk.run_all()
    first = services.store.state.reach
    services.reaching.look(ignore_case=True)
    desk.run_all()
    assert services.store.state.reach is not first
    services.reaching.look()
    assert desk.lanes["quick"].keys == []
    assert services.store.state.reach is first
    services.editing_sets.start(SETS)
    services.editing_sets.save()
    services.reaching.look()
    desk.run_all()
    counts, lacks = services.bias.choices.notes_on("weat")[SETS]
    assert (counts, lacks) == ("4/4  4/5  3/3  3/3", "")
    weat = services.battery.known.built_in["weat-6"]
    assert services.bias.choices.notes_on("weat")[weat][0] == "0/8  0/8  0/8  0/8"
    assert services.bias.choices.notes_on("weat")[weat][1].startswith("male names: 0 of 8")


def test_a_column_that_is_not_there_has_no_counts(services) -> None:
    services.library.add(on_disk(make_garden(), services.context))
    services.reaching.look()
    services.reaching.look(word_column="nothing")
    assert services.store.state.reach is None

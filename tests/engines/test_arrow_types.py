from __future__ import annotations

import pyarrow as pa

from embexplorer.engines.arrow_types import joined_lists, plain_table


def test_identifiers_become_text_and_what_is_plain_stays_as_it_is():
    table = pa.table(
        {
            "id": pa.array([bytes(15) + b"\x0f", None], pa.uuid()),
            "kind": pa.array(["a", "b"]).dictionary_encode(),
            "rows": pa.array([[[1, 2], [3]], [[4]]]),
        },
        metadata={"k": "v"},
    )
    plain = plain_table(table)
    assert plain.column("id").to_pylist() == ["00000000-0000-0000-0000-00000000000f", None]
    assert plain.select(["kind", "rows"]).equals(table.select(["kind", "rows"]))
    assert plain.schema.metadata == {b"k": b"v"}


def test_lists_of_lists_are_joined_also_in_a_part_of_an_array():
    rows = [[[9]], [[1, 2], [3]], None, [], [None, [4]]]
    for kind in (pa.list_(pa.list_(pa.int8())), pa.large_list(pa.large_list(pa.int8()))):
        array = pa.array(rows, kind).slice(1)
        assert joined_lists(array).to_pylist() == [[1, 2, 3], None, [], [4]]

"""Jobs as activity: bars, outcomes, problems."""

from __future__ import annotations

import weakref

import numpy as np
import pytest

from embexplorer.app.work import Then, Work
from embexplorer.core.errors import CancelledError, UserError
from embexplorer.jobs.events import Finished
from embexplorer.jobs.inline_lane import InlineLane
from embexplorer.jobs.runner import Runner


def succeed(progress, value=1):
    return value


def refuse(progress):
    raise UserError("No such thing", "It is not there.", "Look elsewhere.")


def crash(progress):
    raise ZeroDivisionError("by zero")


def stop(progress):
    raise CancelledError


def submit(services, function, then=None, **options):
    return services.work.submit(
        function, key="key", title="A job", lane="quick", then=then or Then(), **options
    )


def submitted(desk, **options):
    return submit(desk.services, succeed, **options)


def test_an_inline_job_ends_after_submit_knows_what_shall_happen(services):
    found = []
    submit(services, succeed, Then(finished=lambda event: found.append(event.result)), value=7)
    assert found == [7]
    assert services.store.state.activity == ()
    assert services.runner.is_idle


def test_a_job_started_by_the_end_of_another_runs_too(services):
    found = []

    def again(event):
        found.append(event.result)
        submit(services, succeed, Then(finished=lambda event: found.append(event.result)), value=2)

    submit(services, succeed, Then(finished=again), value=1)
    assert found == [1, 2]


def test_a_job_is_activity_until_it_ends(desk):
    job = submitted(desk)
    state = desk.services.store.state
    assert [(item.job_id, item.key, item.title, item.message) for item in state.activity] == [
        (job.id, "key", "A job", "")
    ]
    desk.run("quick")
    assert desk.services.store.state.activity == ()


def test_a_quick_search_is_no_activity(desk):
    submitted(desk, is_shown=False)
    desk.lanes["quick"].report(0.5, "half")
    desk.pump()
    assert desk.services.store.state.activity == ()


def test_a_bar_never_moves_backwards(desk):
    submitted(desk)
    seen = []
    for fraction in (0.2, 0.6, 0.4, None, 0.5, 0.7):
        desk.lanes["quick"].report(fraction, f"at {fraction}", 3.0)
        desk.pump()
        shown = desk.services.store.state.activity[0]
        seen.append((shown.fraction, shown.message, shown.seconds_left))
    assert [fraction for fraction, _, _ in seen] == [0.2, 0.6, 0.6, 0.6, 0.6, 0.7]
    assert [message for _, message, _ in seen][3:5] == ["at None", "at 0.5"]
    assert {left for _, _, left in seen} == {3.0}


def test_a_bar_without_an_end_stays_without(desk):
    submitted(desk)
    desk.lanes["quick"].report(None, "Loading")
    desk.pump()
    assert desk.services.store.state.activity[0].fraction is None


def test_progress_of_one_job_leaves_the_others_alone(desk):
    submitted(desk)
    other = desk.services.work.submit(succeed, key="2", title="B", lane="files", then=Then())
    desk.lanes["files"].report(0.5)
    desk.pump()
    fractions = {item.job_id: item.fraction for item in desk.services.store.state.activity}
    assert fractions[other.id] == 0.5
    assert list(fractions.values()) == [None, 0.5]


def test_a_refusal_becomes_a_problem_and_nothing_else_changes(services):
    before = services.store.state
    submit(services, refuse)
    (problem,) = services.store.state.problems
    assert problem.error.title == "No such thing"
    assert problem.error.detail == "It is not there."
    assert problem.error.hint == "Look elsewhere."
    assert problem.details == ""
    assert services.store.state.document is before.document


def test_a_bug_becomes_a_problem_with_its_traceback(services):
    submit(services, crash)
    (problem,) = services.store.state.problems
    assert problem.error.title == "Something went wrong"
    assert problem.error.detail == "A job: ZeroDivisionError: by zero"
    assert problem.details.endswith("ZeroDivisionError: by zero\n")


def test_a_failure_that_is_taken_is_no_problem(services):
    taken = []
    submit(services, refuse, Then(failed=lambda event: taken.append(event.error.title)))
    assert taken == ["No such thing"]
    assert services.store.state.problems == ()


def test_what_follows_a_job_may_refuse_too(services):
    def refused(event):
        raise UserError("Gone", "The folder is gone.", "Open it again.")

    submit(services, succeed, Then(finished=refused))
    assert [problem.error.title for problem in services.store.state.problems] == ["Gone"]


def test_a_bug_in_what_follows_a_job_is_raised(services):
    def broken(event):
        raise KeyError("lost")

    with pytest.raises(KeyError, match="lost"):
        submit(services, succeed, Then(finished=broken))
    assert services.store.state.activity == ()


def test_a_cancelled_job_is_no_problem(services):
    ended = []
    submit(services, stop, Then(cancelled=lambda event: ended.append(event.job.title)))
    assert ended == ["A job"]
    assert services.store.state.problems == ()


def test_a_job_of_the_same_key_supersedes_and_late_words_are_dropped(desk):
    results, ended = [], []
    then = Then(
        finished=lambda event: results.append(event.result),
        cancelled=lambda event: ended.append(event.job.id),
    )
    first = submit(desk.services, succeed, then, value=1)
    emit = desk.lanes["quick"].waiting[0][3]
    second = submit(desk.services, succeed, then, value=2)
    emit(Finished(first, 1))
    desk.run_all()
    assert results == [2]
    assert ended == [first.id]
    assert second.id != first.id
    assert desk.services.store.state.activity == ()


def test_frames_reach_who_wants_them(desk):
    shown = []
    submit(desk.services, succeed, Then(framed=lambda event: shown.append(event.coords)))
    coords = np.ones((3, 2), np.float32)
    desk.lanes["quick"].frame(coords)
    desk.pump()
    assert len(shown) == 1
    assert shown[0] is coords


def test_cancelling_ends_the_activity(desk):
    job = submitted(desk)
    desk.services.work.cancel(job.id)
    desk.pump()
    assert desk.services.store.state.activity == ()
    assert desk.services.runner.is_idle


def test_an_unknown_lane_is_a_mistake_and_leaves_the_work_usable(services):
    with pytest.raises(KeyError):
        services.work.submit(succeed, key="k", title="t", lane="fast", then=Then())
    found = []
    submit(services, succeed, Then(finished=lambda event: found.append(event.result)))
    assert found == [1]


def test_what_follows_a_superseded_job_may_start_another(services):
    lane = EndlessLane()
    found = []
    work = Work(services.store)
    work.attach(Runner({"quick": InlineLane(), "slow": lane}, work.handle))

    def again(event):
        work.submit(succeed, key="b", title="B", lane="quick", then=finishing(found))

    work.submit(succeed, key="a", title="A", lane="slow", then=Then(cancelled=again))
    work.submit(succeed, key="a", title="A", lane="quick", then=finishing(found), value=2)
    assert found == [1, 2]
    assert services.store.state.activity == ()


def finishing(found: list) -> Then:
    return Then(finished=lambda event: found.append(event.result))


class EndlessLane(InlineLane):
    """A lane whose jobs never end by themselves."""

    def start(self, job, function, arguments, emit):
        """Let it go on."""


def test_nothing_happens_after_it_is_closed(desk):
    heard: list[object] = []
    submitted(desk, then=Then(finished=heard.append), is_shown=False)
    desk.services.work.close()
    desk.run("quick")
    assert heard == []


class Large:
    """Stands for an array: what a frame holds can be watched by a weak reference."""


def test_a_problem_does_not_keep_what_the_work_held(services):
    held = []

    def refuse_with(progress):
        large = Large()
        held.append(weakref.ref(large))
        try:
            raise KeyError(large)
        except KeyError as error:
            raise UserError("No", "It does not.", "Try another.") from error

    def refuse_afterwards(event):
        large = Large()
        held.append(weakref.ref(large))
        raise UserError("No", "It does not.", "Try another.")

    submit(services, refuse_with)
    submit(services, succeed, Then(finished=refuse_afterwards))
    assert [one.error.title for one in services.store.state.problems] == ["No", "No"]
    for problem in services.store.state.problems:
        assert problem.error.__traceback__ is None
    assert held[1]() is None
    assert held[0]() is services.store.state.problems[0].error.__cause__.args[0]

"""A branch switch under running pages: each is told once of what it runs, and nothing is lost."""

import pytest
from Harness.branches import ALL, FEW, GROUP, GROUPS, Page, follow_all, git, index, leaf, resident, switch, write_repository
from Harness.inotify import event_queue


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    return write_repository(tmp_path_factory.mktemp("branches"))


@pytest.fixture
def tree(repository):
    yield repository
    git(repository, "checkout", "-qf", "one")


@pytest.fixture
def pages(tree, dial):
    def open_pages(server):
        # What has not been taken yet must not keep pings from being answered.
        return [Page(dial(server, max_queue=None), tree, paths) for paths in (ALL, FEW, ["alone.mjs"])]

    return open_pages


def assert_each_told_once(pages):
    """One update each unless the machine kept the watcher from running for long: then what it had seen goes first."""
    whole, few, alone = pages
    assert {kind for kind, _ in whole.summary()} == {"hot:update"}
    assert sum(count for _, count in whole.summary()) == len(ALL) - 1
    chains = {}
    for update in whole.told:
        assert update["prune"] == []
        for item in update["updates"]:
            assert item["boundary"] == "main.mjs"
            assert item["chain"][-1] == item["accepted"]
            chains.setdefault(item["accepted"], set()).update(item["chain"])
    assert sorted(chains) == sorted(map(index, range(GROUPS)))
    assert {len(chain) for chain in chains.values()} == {GROUP + 1}
    assert few.summary() == [("hot:update", 1)]
    [update] = few.told
    assert [(i["boundary"], i["chain"]) for i in update["updates"]] == [("few.mjs", [leaf(3, 7), "few.mjs"])]
    assert alone.told == []


@pytest.mark.timeout(300)
def test_each_page_is_told_once_of_what_it_runs(start, tree, pages):
    server = start("--root", tree)
    opened = pages(server)
    for branch in ("two", "one"):
        switch(tree, branch, opened)
        assert_each_told_once(opened)
        print(f"updates: {opened[0].summary()}")


@pytest.mark.timeout(300)
def test_nothing_is_lost_when_the_kernel_drops_events(start, tree, pages):
    with event_queue(64):
        server = start("--root", tree)
    opened = pages(server)
    whole, few, alone = opened
    for branch in ("two", "one", "two"):
        switch(tree, branch, opened)
        print(f"told with a short queue: {whole.summary()}")
        assert alone.told == []
        assert few.summary() == [("hot:update", 1)]
        # No module comes twice: not even what is seen while the switch goes on.
        assert sum(count for _, count in whole.summary()) == len(ALL) - 1
    assert "comparing every file by its hash" in server.output
    # A save after it is told as ever.
    (tree / leaf(3, 7)).write_text("export const name = 'saved';\n")
    for page in opened:
        page.told = []
    follow_all(tree, opened)
    assert [page.summary() for page in opened] == [[("hot:update", 1)], [("hot:update", 1)], []]


@pytest.mark.timeout(300)
def test_memory_stays_bounded(start, tree, pages):
    server = start("--root", tree)
    before_all = resident(server)
    opened = pages(server)
    switch(tree, "two", opened)
    first = resident(server)
    source_bytes = sum((tree / path).stat().st_size for path in ALL)
    # The history of events and the earlier versions fill up to their limits.
    for branch in ("one", "two", "one"):
        switch(tree, branch, opened)
    full = resident(server)
    switches = 10
    for number in range(switches):
        switch(tree, ("two", "one")[number % 2], opened)
    last = resident(server)
    print(", ".join(f"{step} {size >> 10} KB" for step, size in dict(sources=source_bytes, start=before_all, first=first, full=full, last=last).items()))
    # The modules, what is known of them, and the update for each page; then not even one update's text is kept of a switch.
    assert first - before_all < 40 * source_bytes + (64 << 20)
    assert full - first < 64 << 20
    assert last - full < switches * source_bytes

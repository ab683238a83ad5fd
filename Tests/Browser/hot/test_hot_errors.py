"""Updates that fail, in Chromium."""

import pytest
from cases import play
from cases_errors import CASES


@pytest.mark.parametrize("name", CASES)
def test_errors(open_page, name):
    play(open_page, CASES[name])


@pytest.mark.parametrize("broken", ["import { none } from './dep.mjs';", "let x = ;"], ids=["does not link", "does not parse"])
def test_a_part_whose_first_import_fails(open_page, broken):
    """Nothing of it has run, so nothing of it accepts anything, and nothing reloads."""
    page = open_page({"main.mjs": "window.load = () => void import('./part.mjs').catch(({ name }) => log(name)); log('main');",
                      "part.mjs": "import './dep.mjs'; log('part $v');",
                      "dep.mjs": "import './leaf.mjs'; log('dep $v'); import.meta.hot.accept();",
                      "leaf.mjs": f"{broken} log('leaf $v');"}).start("main")  # fmt: skip
    page.run("load()")
    page.expect("SyntaxError").until("reports > 1")
    graphs = page.state()["graphs"]
    page.write({"leaf.mjs": "log('leaf $v');"}).renewed(graphs)
    page.run("load()")
    page.expect("leaf 2", "dep 1", "part 1").until("reports > 2")
    page.save("leaf.mjs").expect("leaf 3", "dep 1").mark()

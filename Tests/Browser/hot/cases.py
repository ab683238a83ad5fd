"""A case of hot reload as a table: files, what the page logs at its start, and what each step adds to the log."""

from dataclasses import dataclass, field

GETS_TEXT = None


@dataclass
class Case:
    """`steps` are pairs of an action and the lines that follow from it, in this order and none else.

    An action is a module's name, which is saved as it is under its next version's number (`$v` in the text); several
    names, saved at once; a dictionary of new texts; or JavaScript behind "=", which the page runs. Instead of lines,
    GETS_TEXT: nothing is logged, but the page gets the newer text of what it does not run yet.
    """

    files: dict
    start: list
    steps: list
    options: dict = field(default_factory=dict)


def play(open_page, case):
    """Fails unless the page's log is exactly what the case says."""
    page = open_page(case.files, **case.options).start(*case.start)
    for action, lines in case.steps:
        graphs = page.state()["graphs"]
        if isinstance(action, dict):
            page.write(action)
        elif isinstance(action, tuple):
            page.save(*action)
        elif action.startswith("="):
            page.run(action[1:])
        else:
            page.save(action)
        if lines is GETS_TEXT:
            page.renewed(graphs)
        if lines:
            page.expect(*lines)
        else:
            page.mark()  # There is nothing to wait for.
    page.mark()
    return page

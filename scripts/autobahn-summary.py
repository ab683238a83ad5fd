"""Sums up the Autobahn reports under a folder; exit code 1 unless every case asked for is OK.

    autobahn-summary.py FOLDER CASE...    (with the suite's own Python 2.7)
"""

from __future__ import print_function

import collections
import glob
import json
import os
import sys

from autobahntestsuite.case import CaseCategories, Cases
from autobahntestsuite.caseset import CaseSet

# The suite marks these INFORMATIONAL whatever the server does.
INFORMATIONAL = ["7.1.6", "7.13.1", "7.13.2"]
COLUMNS = ["OK", "INFORMATIONAL", "NON-STRICT", "UNIMPLEMENTED", "FAILED"]


def expected_cases(patterns):
    suite = CaseSet("Case", "Case", Cases, CaseCategories, {})
    return suite.parseSpecCases({"cases": patterns, "exclude-cases": []})


def main(folder, patterns):
    results = {}
    for path in glob.glob(os.path.join(folder, "report-*", "index.json")):
        with open(path) as report:
            results.update(json.load(report)["pitlane"])

    bad = []
    table = collections.OrderedDict()
    expected = expected_cases(patterns)
    for case in expected:
        row = table.setdefault(case.split(".")[0], collections.Counter())
        result = results.get(case, {"behavior": "not run", "behaviorClose": "not run"})
        behavior, close = str(result["behavior"]), str(result["behaviorClose"])
        allowed = ["OK", "INFORMATIONAL"] if case in INFORMATIONAL else ["OK"]
        row[behavior if behavior in COLUMNS else "FAILED"] += 1
        if behavior not in allowed or close not in allowed:
            bad.append("%s: %s, closing: %s" % (case, behavior, close))

    print("%-6s %6s" % ("class", "cases") + "".join("%15s" % name for name in COLUMNS))
    for name, row in list(table.items()) + [("all", sum(table.values(), collections.Counter()))]:
        print("%-6s %6d" % (name, sum(row.values())) + "".join("%15d" % row[column] for column in COLUMNS))
    informational = [case for case in expected if case in INFORMATIONAL]
    if informational:
        print("informational by the suite's own rule: " + ", ".join(informational))
    for line in bad:
        print("NOT OK  " + line)
    if not expected:
        print("no such cases: " + " ".join(patterns))
    return 1 if bad or not expected else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))

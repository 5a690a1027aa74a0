"""What invoice2data makes of files with the templates that come with it: run by a Python that has it, not by ours.

Paths come as a JSON list on standard input; for each, CPU milliseconds (of the programs that it starts, too) and the
fields go to standard output, in order; no fields where no template fits.
"""

from __future__ import annotations

import json
import logging
import os
import sys

from invoice2data import extract_data
from invoice2data.extract.loader import read_templates


def main() -> None:
    logging.disable(logging.CRITICAL)
    templates = read_templates()
    answers = []
    for path in json.load(sys.stdin):
        begun = measure_cpu_s()
        try:
            # Read by the library that reads for Bursar, so that the difference is not that of two programs for text.
            fields = extract_data(path, templates=templates, input_module="pdfium")
        except Exception as error:  # noqa: BLE001  # a file that it cannot read is a result
            fields = {"error": repr(error)}
        answers.append({"ms": 1_000 * (measure_cpu_s() - begun), "fields": fields or {}})
    json.dump(answers, sys.stdout, default=str)


def measure_cpu_s() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


if __name__ == "__main__":
    main()

"""Results against known truth: fields, rows, calibration, verdicts. What `bursar eval` prints.

A corpus is a folder with `index.jsonl` (one document a line) and `<dataset>/<id>/truth.json`.
"""

"""Half a minute of `make chaos`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

CHAOS = Path(__file__).parents[2] / "tools" / "chaos.py"


@pytest.mark.slow
def test_half_a_minute_of_killing_loses_no_job_and_ends_none_twice():
    done = subprocess.run(
        [sys.executable, str(CHAOS), "--seconds", "30", "--seed", "7"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    accepted = next(line.split()[-1] for line in done.stdout.splitlines() if line.startswith("accepted"))
    assert int(accepted) > 20

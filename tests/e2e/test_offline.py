"""Nothing is fetched at run time: the main job is done on a machine that has no network but its own loopback."""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import struct
import subprocess
import sys
from pathlib import Path

import pytest

DEMO = Path(__file__).parents[2] / "tools" / "demo.py"
_SIOCSIFFLAGS, _IFF_UP, _IFF_RUNNING = 0x8914, 0x1, 0x40
ALONE = ["unshare", "--net"]


def can_be_alone():
    if not shutil.which("unshare"):
        return False
    return subprocess.run([*ALONE, "true"], capture_output=True, check=False).returncode == 0


def raise_loopback_and_run(*command):
    """Become `command` in a new network namespace, whose loopback is down at first."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, _SIOCSIFFLAGS, struct.pack("16sh", b"lo", _IFF_UP | _IFF_RUNNING))
        with pytest.raises(OSError, match="unreachable"):
            control.connect(("192.0.2.1", 9))
    os.execv(command[0], command)


@pytest.mark.slow
@pytest.mark.skipif(not can_be_alone(), reason="this machine lets us make no network namespace (it takes root)")
def test_the_main_job_needs_no_network():
    done = subprocess.run(
        [*ALONE, sys.executable, __file__, sys.executable, str(DEMO)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "statement.pdf" in done.stdout


if __name__ == "__main__":
    raise_loopback_and_run(*sys.argv[1:])

"""Runs a program and says, on descriptor 3, how much memory it had at most (KiB) and how long it took (ms)."""

import os
import sys
import time

os.set_inheritable(3, False)
started = time.monotonic()
pid = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ)
_, status, usage = os.wait4(pid, 0)
duration_ms = (time.monotonic() - started) * 1000
# macOS counts bytes.
peak_kib = usage.ru_maxrss // (1024 if sys.platform == "darwin" else 1)
os.write(3, f"{peak_kib} {duration_ms}".encode())
sys.exit(os.waitstatus_to_exitcode(status) & 0xFF)

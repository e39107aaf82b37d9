"""`xvfb-run -a python -m tests.coredriver [firefox] [firefox-private] [webkit]`: what is wrong in other browsers.

They are Debian's: `apt-get install firefox-esr webkit2gtk-driver xvfb`. `firefox-private` is Firefox with
resistFingerprinting. Each makes the visit of walk.py; the exit code says whether anything
was not as it should be.
"""

import sys
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Final

from tests.coredriver.driver import Driver, WebDriverError, firefox, webkit
from tests.coredriver.walk import Finding, Walk
from tests.helpers.server import ServerProcess

BROWSERS: Final[dict[str, Callable[[Path], AbstractContextManager[Driver]]]] = {
    "firefox": firefox,
    "firefox-private": partial(firefox, preferences={"privacy.resistFingerprinting": True}),
    "webkit": webkit,
}
# In the log line that the server writes of each.
CSP_REPORT: Final = "-directive="
LONGEST: Final = 60


def main() -> int:
    names = sys.argv[1:] or list(BROWSERS)
    if unknown := set(names) - set(BROWSERS):
        print(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(BROWSERS)}")
        return 2
    with tempfile.TemporaryDirectory() as folder:
        server = ServerProcess(Path(folder, "server"), {"DEMO_SECONDS": "0.5"}).start()
        try:
            return int(any([walk(name, server) for name in names]))
        finally:
            server.stop()


def walk(name: str, server: ServerProcess) -> int:
    """Print what one browser finds; answers how much of it is wrong."""
    print(name, flush=True)
    count, reports = 0, server.log.count(CSP_REPORT)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        try:
            with BROWSERS[name](Path(folder)) as driver:
                print(f"  {driver.run('return navigator.userAgent')}")
                for finding in Walk(driver, server.url, Path(folder)).findings():
                    count += tell(finding)
        except (WebDriverError, OSError) as error:
            print(f"  BROKEN   {error}")
            count += 1
    count += tell(Finding("reports of violated security policies", server.log.count(CSP_REPORT) - reports, 0))
    print(f"  {count} wrong", flush=True)
    return count


def tell(finding: Finding) -> bool:
    """Print it; answers whether it is wrong."""
    if finding.is_wrong:
        found, wanted = (f"{value!r}"[:LONGEST] for value in (finding.found, finding.wanted))
        print(f"  WRONG    {finding.what}: {found}, should be {wanted}", flush=True)
    else:
        print(f"  right    {finding.what}", flush=True)
    return finding.is_wrong


if __name__ == "__main__":
    sys.exit(main())

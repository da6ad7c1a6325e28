#!/usr/bin/env python3
"""Opens a page of `sluice report --format html` in a headless Chromium and checks it.

    browser.py CHROMIUM PAGE TRIALS [FOLDER]   TRIALS: how many each configuration has; FOLDER: for pictures

Speaks the DevTools protocol over the browser's pipes: JSON texts that end in a zero byte. Prints a line for each
thing that is wrong; exit status 1 where there is one.
"""

import base64
import json
import os
import pathlib
import subprocess
import sys
import tempfile


class Browser:
    """A headless Chromium with one page."""

    def __init__(self, program, profile):
        to_browser, self.requests = os.pipe()
        self.answers, from_browser = os.pipe()
        # The browser reads from its descriptor 3 and writes to 4.
        os.set_inheritable(to_browser, True)
        os.set_inheritable(from_browser, True)
        self.process = subprocess.Popen(
            ["sh", "-c", f'exec "$0" "$@" 3<&{to_browser} 4>&{from_browser}', program, "--headless=new", "--no-sandbox",
             "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking",
             "--hide-scrollbars", f"--user-data-dir={profile}", "--remote-debugging-pipe", "about:blank"],
            pass_fds=(to_browser, from_browser), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_browser)
        os.close(from_browser)
        self.read = b""
        self.number = 0
        self.session = None
        self.events = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(domain + ".enable")

    def message(self):
        while b"\0" not in self.read:
            part = os.read(self.answers, 1 << 16)
            if not part:
                raise RuntimeError("the browser has ended")
            self.read += part
        text, self.read = self.read.split(b"\0", 1)
        return json.loads(text)

    def call(self, method, **parameters):
        self.number += 1
        request = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            request["sessionId"] = self.session
        os.write(self.requests, json.dumps(request).encode() + b"\0")
        while True:
            message = self.message()
            if message.get("id") == self.number:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']}")
                return message["result"]
            self.events.append(message)

    def open(self, path):
        before = len(self.events)
        self.call("Page.navigate", url=pathlib.Path(path).resolve().as_uri())
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events[before:]):
            self.events.append(self.message())

    def value(self, expression):
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise RuntimeError(f"{expression}: {result['exceptionDetails']}")
        return result["result"].get("value")

    def resize(self, width, height):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                  mobile=width < 600)

    def picture(self, path):
        image = self.call("Page.captureScreenshot", format="png")["data"]
        pathlib.Path(path).write_bytes(base64.b64decode(image))

    def close(self):
        try:
            self.session = None
            self.call("Browser.close")
        except (RuntimeError, OSError):
            pass
        os.close(self.requests)
        os.close(self.answers)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


ACCESSIBLE = {
    "one main heading": "document.querySelectorAll('h1').length === 1",
    "a language": "document.documentElement.lang === 'en'",
    "captions": "[...document.querySelectorAll('table')].every(table => table.caption?.textContent.trim())",
    "headings of rows and columns": "[...document.querySelectorAll('th')].every(th => ['row', 'col'].includes(th.scope))",
    "names of pictures": "[...document.querySelectorAll('svg')].every(svg => svg.role === 'img' && svg.ariaLabel)",
    "names that are there once": """(() => {
        const ids = [...document.querySelectorAll('[id]')].map(element => element.id);
        return new Set(ids).size === ids.length;
    })()""",
    "references that lead somewhere": """[...document.querySelectorAll('use, a')].every(element =>
        document.getElementById((element.getAttribute('xlink:href') ?? element.getAttribute('href')).slice(1)))""",
}

# What a click on the heading of a column does to it: true where rows are sorted and unknown values come last.
SORTED = """(title, down) => {
    const table = document.querySelector('table.sortable');
    const column = [...table.tHead.rows[0].cells].findIndex(th => th.textContent === title);
    const heading = table.tHead.rows[0].cells[column];
    const before = [...table.tBodies[0].rows].map(row => row.textContent).sort().join();
    heading.querySelector('button').click();
    const cells = [...table.tBodies[0].rows].map(row => row.cells[column]);
    const values = cells.map(cell => cell.dataset.v === undefined ? cell.textContent : cell.dataset.v)
    const known = values.filter(value => value !== '');
    const before_unknown = values.slice(0, known.length).every(value => value !== '');
    const numbers = known.every(value => isFinite(value));
    const ordered = known.every((value, i) => !i || (numbers ? (down ? known[i - 1] - value >= 0 : value - known[i - 1] >= 0)
        : (down ? known[i - 1].localeCompare(value) >= 0 : known[i - 1].localeCompare(value) <= 0)));
    return new Set(known).size > 1 && ordered && before_unknown && heading.ariaSort === (down ? 'descending' : 'ascending') &&
        before === [...table.tBodies[0].rows].map(row => row.textContent).sort().join();
}"""

# The first fold, opened: its table's rows, whether each of them has all columns, and whether it sorts.
UNFOLDED = """new Promise(done => {
    const fold = document.querySelector('details.trials');
    fold.addEventListener('toggle', () => { // after the page's own listener
        const table = fold.querySelector('table');
        const columns = table.tHead.rows[0].cells.length;
        const column = [...table.tHead.rows[0].cells].findIndex(th => th.textContent === 'items_per_s');
        table.tHead.rows[0].cells[column].querySelector('button').click();
        const values = [...table.tBodies[0].rows].map(row => Number(row.cells[column].textContent));
        done({rows: table.tBodies[0].rows.length, pre: fold.querySelectorAll('pre').length,
              even: [...table.tBodies[0].rows].every(row => row.cells.length === columns),
              sorted: values.every((value, i) => !i || value >= values[i - 1])});
    });
    fold.open = true;
})"""

# What sticks out of a page is either the page's fault, which then can be moved sideways, or in a box that scrolls.
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def check(browser, page, trials, pictures):
    wrong = []

    def expect(what, truth):
        if not truth:
            wrong.append(what)

    def picture(name):
        if pictures:
            browser.picture(f"{pictures}/{name}.png")

    browser.resize(360, 740)
    browser.open(page)
    expect("at phone width the page is too wide", browser.value(TOO_WIDE) <= 0)
    picture("phone")
    expect("no table", browser.value("document.querySelector('table.sortable').tBodies[0].rows.length") > 1)
    expect("no plot", browser.value("document.querySelectorAll('figure svg').length") > 2)
    for what, expression in ACCESSIBLE.items():
        expect("accessibility: " + what, browser.value(expression))
    for title in ("throughput", "CPU/item", "queue"):
        for down in (False, True):
            expect(f"{title} does not sort {'down' if down else 'up'}",
                   browser.value(f"({SORTED})({json.dumps(title)}, {json.dumps(down)})"))
    unfolded = browser.value(UNFOLDED)
    expect(f"unfolded: {unfolded}", unfolded == {"rows": trials, "pre": 0, "even": True, "sorted": True})
    expect("with trials unfolded the page is too wide", browser.value(TOO_WIDE) <= 0)
    browser.value("document.querySelector('#trials').scrollIntoView()")
    picture("phone-trials")
    browser.resize(1280, 1600)
    browser.value("scrollTo(0, 0)")
    expect("at the width of a desk the page is too wide", browser.value(TOO_WIDE) <= 0)
    picture("desk")
    paper = "getComputedStyle(document.body).backgroundColor"
    light = browser.value(paper)
    browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark"}])
    expect("dark is not dark", light == "rgb(255, 255, 255)" and browser.value(paper) != light)
    picture("dark")
    expect("a name was run as a script", browser.value("typeof window.pwned === 'undefined'"))
    expect("scripts of others", browser.value("document.scripts.length") == 1)
    for event in browser.events:
        method, parameters = event.get("method"), event.get("params", {})
        if method == "Runtime.exceptionThrown":
            wrong.append(f"script error: {parameters['exceptionDetails']}")
        elif method == "Log.entryAdded" and parameters["entry"]["level"] in ("error", "warning"):
            wrong.append(f"browser: {parameters['entry']['text']}")
        elif method == "Network.requestWillBeSent" and parameters.get("type") != "Document":
            wrong.append(f"loads {parameters['request']['url'][:100]}")
    return wrong


def main():
    program, page, trials = sys.argv[1:4]
    pictures = sys.argv[4] if len(sys.argv) > 4 else None
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = Browser(program, profile)
        try:
            wrong = check(browser, page, int(trials), pictures)
        finally:
            browser.close()
    for what in wrong:
        print(what)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

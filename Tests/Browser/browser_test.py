"""Opens every published report in Chromium and reads its layout. See README.md."""

import glob
import os
import shutil
import sys
import time
from concurrent.futures import ProcessPoolExecutor

import html5lib
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

WIDTHS = [360, 768, 1440]
SCHEMES = ["light", "dark"]
LARGEST = 300_000
# Heights of the pictures.
PART = 2000
RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}

# What the browser laid out, as a list of complaints.
LAYOUT = r"""
() => {
  const found = [];
  const say = (what, node) => found.push(what + ': ' + (node ? (node.textContent || node.tagName).trim().slice(0, 60) : ''));
  const page = document.documentElement;
  if (page.scrollWidth > page.clientWidth + 1) say(`the page is ${page.scrollWidth} px wide on ${page.clientWidth}`);
  const moves = e => e.closest('.scroll, .equation, pre, nav, svg, math');
  for (const e of document.querySelectorAll('main *')) {
    const box = e.getBoundingClientRect();
    if (!box.width || moves(e)) continue;
    if (box.right > page.clientWidth + 1 || box.left < -1) say('beyond the edge', e);
    const style = getComputedStyle(e);
    if (['hidden', 'clip'].includes(style.overflowX) && e.scrollWidth > e.clientWidth + 1) say('cut off', e);
  }
  for (const svg of document.querySelectorAll('svg')) {
    const frame = svg.getBoundingClientRect();
    if (!frame.width) continue;
    const texts = [...svg.querySelectorAll('text')].map(t => [t, t.getBoundingClientRect()]).filter(t => t[1].width);
    for (const [t, b] of texts) {
      if (b.left < frame.left - 1 || b.right > frame.right + 1 || b.top < frame.top - 1 || b.bottom > frame.bottom + 1)
        say('outside its figure', t);
    }
    // Boxes of lines of text hold room above and below the letters.
    for (let i = 0; i < texts.length; i++) for (let j = i + 1; j < texts.length; j++) {
      const [a, b] = [texts[i][1], texts[j][1]];
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const tall = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (wide > 1 && tall > 0.3 * Math.min(a.height, b.height))
        say('text over text (' + texts[i][0].textContent + ')', texts[j][0]);
    }
  }
  const names = {};
  for (const e of document.querySelectorAll('[id]')) names[e.id] = (names[e.id] || 0) + 1;
  for (const name in names) if (names[name] > 1) say('a name that stands twice, ' + name);
  for (const a of document.querySelectorAll('a[href^="#"]')) {
    const name = decodeURIComponent(a.getAttribute('href').slice(1));
    if (!names[name] && !names[a.getAttribute('href').slice(1)]) say('a link to ' + name + ', which is not there', a);
  }
  return found;
}
"""


def markup_errors(text):
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(text)
    return [f"HTML: {code} at {place[0]}:{place[1]}" for place, code, _ in parser.errors]


def check(task):
    path, root, pictures, binary = task
    begin = time.monotonic()
    # By its path: two folders may hold runs of one name.
    name = os.path.relpath(os.path.splitext(path)[0], root).removesuffix("/report").replace(os.sep, "-")
    text = open(path, encoding="utf-8").read()
    found = markup_errors(text)
    if len(text.encode()) > LARGEST:
        found.append(f"{len(text.encode())} bytes are more than {LARGEST}")
    with sync_playwright() as driver:
        # Root may not use the sandbox.
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = driver.chromium.launch(executable_path=binary, args=arguments)
        for width in WIDTHS:
            found += [f"{width} px, {what}" for what in look(browser, path, width, f"{pictures}/{name}-{width}")]
        page = browser.new_page()
        page.goto("file://" + path)
        if len(page.pdf(path=f"{pictures}/{name}.pdf", prefer_css_page_size=True)) < 1000:
            found.append("the PDF is empty")
        browser.close()
    return name, found, time.monotonic() - begin


def look(browser, path, width, pictures):
    found = []
    page = browser.new_page(viewport={"width": width, "height": 1000}, color_scheme="light")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("file://" + path)
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        found += [f"{scheme}: {what}" for what in page.evaluate(LAYOUT)]
        height = page.evaluate("document.documentElement.scrollHeight")
        # In parts, each scrolled to: a picture of a very long page as a whole takes longer than the driver waits.
        page.set_viewport_size({"width": width, "height": PART})
        for part, top in enumerate(range(0, height, PART)):
            page.evaluate(f"window.scrollTo(0, {top})")
            page.screenshot(path=f"{pictures}-{scheme}-{part}.png", timeout=120_000)
        page.set_viewport_size({"width": width, "height": 1000})
    # What is folded is read as well.
    page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")
    axe = Axe()
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        found += [f"{scheme}, unfolded: {what}" for what in page.evaluate(LAYOUT)]
        # The second scheme changes colours and nothing else.
        rules = RULES if scheme == SCHEMES[0] else CONTRAST
        for violation in axe.run(page, options=rules).response["violations"]:
            nodes = violation["nodes"]
            found.append(f"{scheme}: axe {violation['id']}: {nodes[0]['html'][:120]} ({len(nodes)})")
    found += [f"asks for {url}" for url in asked if not url.startswith(("file:", "data:"))]
    page.close()
    return found


def main():
    root = os.path.abspath(sys.argv[1])
    pictures = os.path.abspath(sys.argv[2])
    os.makedirs(pictures, exist_ok=True)
    binary = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not binary:
        sys.exit("make browser: no Chromium on the PATH: install it, or name it with CHROMIUM=")
    pages = sorted(glob.glob(f"{root}/**/report.html", recursive=True)) + glob.glob(f"{root}/index.html")
    if not pages:
        sys.exit(f"make browser: no reports in {root}")
    failed = False
    # The longest first, so that none is left at the end for one browser alone.
    pages.sort(key=os.path.getsize, reverse=True)
    with ProcessPoolExecutor(min(2, os.cpu_count() or 1)) as pool:
        for name, found, seconds in pool.map(check, [(path, root, pictures, binary) for path in pages]):
            print(f"{name}: {'ok' if not found else f'{len(found)} findings'}, {seconds:.0f} s", flush=True)
            for what in found[:40]:
                print(f"  {what}")
            failed = failed or bool(found)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()

"""Saved images, fonts and sounds are swapped where the page shows them, without a reload."""

import pytest
from media import font, png, sound, svg
from Harness.site import html

READY = "window.same = true; window.done = 1;"


def save(page, name, content):
    file = page.site.folder / name
    temporary = file.with_name(file.name + "~")
    temporary.write_bytes(content if isinstance(content, bytes) else content.encode())
    temporary.replace(file)


def open_with(open_site, body, files, head=""):
    document = html(head).replace("</body>", f"{body}</body>")
    page = open_site({"index.html": document, "main.mjs": READY, **files})
    page.done()
    return page


def wait_until(page, expression, patience_for=""):
    page.visit.wait_for(lambda: page.page.evaluate(expression), patience_for or expression)


def assert_swapped(page, path):
    update = page.visit.event("updated", lambda detail: detail["path"] == path)
    assert update["action"] == "swap"
    assert page.page.evaluate("window.same") is True, "the page has been reloaded"
    return update["hash"]


IMAGES = {
    "img": ('<img src="a.png?x=1#f">', "document.querySelector('img').naturalWidth"),
    "img srcset": ('<img srcset="b.png 9x, a.png 1x">', "document.querySelector('img').naturalWidth"),
    "picture": ('<picture><source srcset="a.png"><img src="b.png"></picture>', "document.querySelector('img').naturalWidth"),
    "input": ('<input type="image" src="/a.png">', "document.querySelector('input').width"),
}


@pytest.mark.parametrize("name", IMAGES)
def test_images(open_site, name):
    markup, width = IMAGES[name]
    page = open_with(open_site, markup, {"a.png": png(3), "b.png": png(50)})
    wait_until(page, f"{width} === 3")
    page.page.evaluate("""() => {
        window.widths = [];
        (function look() {
            for (const image of document.images) widths.push(image.width);
            requestAnimationFrame(look);
        })();
    }""")
    for size in (4, 5):
        save(page, "a.png", png(size))
        wait_until(page, f"{width} === {size}")
    assert_swapped(page, "a.png")
    # Never without a picture in between.
    assert set(page.page.evaluate("widths")) <= {3, 4, 5}


def test_names_are_kept_and_not_piled_up(open_site):
    page = open_with(open_site, '<img src="./a.png?x=a%20b&y#f"><img srcset="a.png 1x,  b.png 2x">', {"a.png": png(3), "b.png": png(4)})
    wait_until(page, "document.images[0].naturalWidth === 3")
    for size in (5, 6):
        save(page, "a.png", png(size))
        wait_until(page, f"document.images[0].naturalWidth === {size}")
    updates = [detail for name, detail in page.visit.events if name == "updated"]
    assert page.page.evaluate("document.images[0].getAttribute('src')") == f"./a.png?x=a%20b&y&pitlane={updates[-1]['hash']}#f"
    assert page.page.evaluate("document.images[1].srcset") == f"a.png?pitlane={updates[-1]['hash']} 1x,  b.png 2x"


def test_what_is_asked_for_later_by_its_name_is_new_as_well(open_site):
    page = open_with(open_site, '<img src="a.png">', {"a.png": png(3)})
    wait_until(page, "document.images[0].naturalWidth === 3")
    save(page, "a.png", png(5))
    wait_until(page, "document.images[0].naturalWidth === 5")
    width = "new Promise((done) => { const it = new Image(); it.onload = () => done(it.naturalWidth); it.src = 'a.png'; })"
    assert page.page.evaluate(width) == 5


def test_svg(open_site):
    body = (
        '<svg><image href="a.svg" width="30" height="3"/><image xlink:href="a.svg"/><use href="a.svg#s"/></svg>'
        '<object data="a.svg" type="image/svg+xml"></object><video poster="a.svg"></video>'
    )
    page = open_with(open_site, body, {"a.svg": svg(3)})
    save(page, "a.svg", svg(4))
    version = assert_swapped(page, "a.svg")
    names = """[...document.querySelectorAll("image,use,object,video")].map((element) => ["href", "xlink:href", "data", "poster"]
        .map((name) => element.getAttribute(name)).find(Boolean))"""
    wanted = [f"a.svg?pitlane={version}"] * 2 + [f"a.svg?pitlane={version}#s"] + [f"a.svg?pitlane={version}"] * 2
    page.visit.wait_for(lambda: page.page.evaluate(names) == wanted, str(wanted))


def test_style_attributes_and_rules(open_site):
    head = """<link rel="icon" href="/img/a.png"><link rel="stylesheet" href="css/page.css">
        <style>@media all { i { background: no-repeat url(img/a.png) 1px 2px, url("img/b.png") !important; color: red } }</style>"""
    body = """<b style="background-image: url('img/a.png'); color: green">b</b><i>i</i><p>p</p><x-host></x-host>"""
    main = (
        "import sheet from './css/part.css' with { type: 'css' };"
        "const root = document.querySelector('x-host').attachShadow({ mode: 'open' });"
        "root.adoptedStyleSheets = [sheet]; root.append(document.createElement('p'));" + READY
    )
    files = {
        "img/a.png": png(3),
        "img/b.png": png(3),
        "main.mjs": main,
        "css/page.css": "@import 'more.css'; p { background: url(../img/a.png) } u { background: url(data:image/gif;base64,AA) }",
        "css/more.css": "p::before { content: url(../img/a.png) 'url(img/a.png)' }",
        "css/part.css": "p { background: url(../img/a.png); --x: url(../img/a.png) }",
    }
    page = open_with(open_site, body, files, head)
    paint = """(() => {
        const of = (element, pseudo) => { const style = getComputedStyle(element, pseudo); return [style.backgroundImage, style.content]; };
        const one = (selector, root = document) => root.querySelector(selector);
        return [of(one("b"))[0], of(one("i"))[0], of(one("p"))[0], of(one("p"), "::before")[1],
            of(one("p", one("x-host").shadowRoot))[0], one("link[rel=icon]").href];
    })()"""
    url = f"{page.site.url}img/a.png"
    before = page.page.evaluate(paint)
    assert before[0] == f'url("{url}")' and before[4] == f'url("{url}")'
    page.visit.wait_for(lambda: "/img/a.png" in page.page.evaluate("performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname)"), "the image")
    save(page, "img/a.png", png(9))
    version = assert_swapped(page, "img/a.png")
    new = f"{url}?pitlane={version}"
    wanted = [text.replace(url, new) for text in before]
    page.visit.wait_for(lambda: page.page.evaluate(paint) == wanted, f"{wanted}, not {page.page.evaluate(paint)}")
    assert wanted[3].endswith('"url(img/a.png)"')
    assert page.page.evaluate("document.querySelector('b').style.color") == "green"
    rule = page.page.evaluate("document.querySelector('style').sheet.cssRules[0].cssRules[0].style.getPropertyPriority('background-image')")
    assert rule == "important"


def test_fonts(open_site):
    head = '<style>@font-face { font-family: Test; src: url("t.ttf") } p { font: 100px Test; width: max-content }</style>'
    page = open_with(open_site, "<p>aaaa</p>", {"t.ttf": font(500)}, head)
    width = "Math.round(document.querySelector('p').getBoundingClientRect().width)"
    wait_until(page, f"{width} === 200")
    page.page.evaluate(f"""() => {{
        window.widths = [];
        (function look() {{ widths.push({width}); requestAnimationFrame(look); }})();
    }}""")
    for size in (750, 1000):
        save(page, "t.ttf", font(size))
        wait_until(page, f"{width} === {size * 4 // 10}")
    assert_swapped(page, "t.ttf")
    assert set(page.page.evaluate("widths")) <= {200, 300, 400}, "another font was used in between"
    assert page.page.evaluate("document.querySelector('style').sheet.cssRules.length") == 2


@pytest.mark.parametrize("markup", ['<audio src="s.wav" muted loop></audio>', '<audio muted loop><source src="s.wav"></audio>'])
def test_media_go_on_where_they_were(open_site, markup):
    page = open_with(open_site, markup, {"s.wav": sound(20)})
    page.page.evaluate("(async (media) => { media.currentTime = 7; media.playbackRate = 0.5; await media.play(); })(document.querySelector('audio'))")
    save(page, "s.wav", sound(30))
    wait_until(page, "document.querySelector('audio').duration === 30")
    wait_until(page, "document.querySelector('audio').currentTime >= 7 && !document.querySelector('audio').paused")
    assert page.page.evaluate("document.querySelector('audio').playbackRate") == 0.5
    assert_swapped(page, "s.wav")


def test_a_broken_swap_keeps_the_picture(open_site):
    page = open_with(open_site, '<img src="a.png">', {"a.png": png(3)})
    wait_until(page, "document.images[0].naturalWidth === 3")
    page.page.context.route("**/a.png*", lambda route: route.fulfill(status=500))
    save(page, "a.png", png(4))
    page.visit.wait_for(lambda: any("/a.png could not be loaded" in line for line in page.visit.console), "the note")
    assert page.page.evaluate("document.images[0].getAttribute('src')") == "a.png"
    assert page.page.evaluate("document.images[0].naturalWidth") == 3


def test_an_image_that_only_scripts_know_reloads_the_page(open_site):
    page = open_with(open_site, "", {"a.png": png(3), "main.mjs": "window.image = new Image(); image.src = 'a.png'; window.done = 1;"})
    wait_until(page, "image.naturalWidth === 3")
    save(page, "a.png", png(4))
    assert page.visit.event("updated")["action"] == "reload"
    # Unlike evaluate, this outlasts the navigation.
    page.page.wait_for_function("window.image?.naturalWidth === 4")

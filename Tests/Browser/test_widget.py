"""The widget of model pages, in a browser: every task, every way in, and all that can go wrong."""

import base64
import json
import pathlib
import struct
import subprocess
import time
import urllib.request

import pytest
from selenium import webdriver
from selenium.webdriver.common.keys import Keys

from support.front import Canned
from support.harness import page
from support.models import CANNED, FIXTURES, IMAGES, MODELS, task_of

CAT = IMAGES / "chelsea.png"
LOADING = Canned({"error": "Model alice/busy is currently loading", "estimated_time": 2.0}, 503, {"Retry-After": "2"})
TIGER = Canned([{"label": "tiger", "score": 0.9}], headers={"X-Compute-Time": "0.001", "X-Repo-Commit": "ab" * 20})


@pytest.fixture
def widget(browser, front):
    return Widget(browser, front)


class Widget:
    """A page with a widget, and what people do with it."""

    def __init__(self, browser, front):
        self.browser, self.front = browser, front

    def open(self, name, **screen):
        self.name = name
        self.browser.open(f"{self.front.url}/alice/{name}", **screen)
        self.browser.one(".w-choose")
        return self

    def calls(self, name):
        return f"/models/alice/{name}/pipeline/{task_of(name)}"

    def canned(self, name, *answers):
        self.front.can(self.calls(name), Canned({"state": "Loadable"}), method="GET")
        self.front.can(self.calls(name), *answers)
        return self

    def choose(self, file=CAT):
        self.browser.all(".w-file")[0].send_keys(str(file))
        return self

    def labels(self, *labels):
        self.browser.one(".w-chipbox input").click()
        for label in labels:
            self.browser.type(label, ",")
        return self

    def question(self, text):
        self.browser.one(".w-field input").send_keys(text)
        return self

    def answered(self):
        """Waits for an answer; an error instead of one fails at once."""
        self.browser.until(lambda: self.browser.all(".w-answered") or self.browser.all(".w-problem"), "an answer")
        assert not self.browser.all(".w-problem"), self.browser.text(".w-problem")
        return self

    def asked(self):
        return self.front.asked()

    def chips(self):
        return [chip.text for chip in self.browser.all(".w-chip-text")]

    def heard(self):
        return self.browser.run("return document.querySelector('.w-heard[role=status]').textContent")


def api(hub, name, parameters=None):
    """The API's own answer about the cat."""
    body, kind = CAT.read_bytes(), "image/png"
    if parameters:
        body, kind = json.dumps({"inputs": base64.b64encode(body).decode(), "parameters": parameters}).encode(), "application/json"
    request = urllib.request.Request(f"{hub.url}/models/alice/{name}/pipeline/{task_of(name)}", body, {"Content-Type": kind, "X-Wait-For-Model": "true"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


# ---------------------------------------------------------------- every task

SHOWS = {
    "classify": (".w-bars", "tiger cat"),
    "clip": (".w-bars", "rocket"),
    "detr": (".w-list", "cat"),
    "owlvit": (".w-list", "cat"),
    "segformer": (".w-list", "wall"),
    "panoptic": (".w-list", "cat"),
    "selfie": (".w-list", "person"),
    "clipseg": (".w-list", "rocket"),
    "dpt": (".w-answer", "Predicted values from"),
    "features": (".w-said", "17 vectors of 32 numbers"),
    "vqa": (".w-bars", "%"),
    "captions": (".w-said", "a cat looks into the camera"),
    "enlarge": (".w-answer", "451 × 300"),
    "anything": (".w-list", "Mask 2"),
    "odd": (".w-json", '"surprise"'),
}


def mask_of(answer):
    return answer[0]["mask"]


@pytest.fixture
def every(widget, hub):
    """Makes the answers of models that have no weights."""
    mask = mask_of(api(hub, "panoptic"))
    widget.canned("captions", Canned([{"generated_text": "a cat looks into the camera"}]))
    widget.canned("enlarge", Canned(CAT.read_bytes(), headers={"Content-Type": "image/png"}))
    widget.canned("anything", Canned({"masks": [mask, mask], "scores": [0.9, 0.8]}))
    widget.canned("odd", Canned({"surprise": [1, 2, 3], "long": "x" * 5000}))
    return widget


def filled(widget):
    """The widget with what its task wants beside a picture."""
    if "zero-shot" in task_of(widget.name):
        widget.labels("cat", "cup", "rocket")
    elif task_of(widget.name) == "visual-question-answering":
        widget.question("what animal is this?")
    return widget


@pytest.mark.parametrize("width, dark", [(390, True), (1440, False)])
@pytest.mark.parametrize("name", SHOWS)
def test_every_task(every, name, width, dark, browser, shot, assert_clean, assert_accessible):
    """Each task's answer is shown, at both widths and in both themes, without a complaint of browser or axe"""
    filled(every.open(name, width=width, dark=dark)).choose().answered()
    place, text = SHOWS[name]
    assert text in browser.text(place)
    assert every.heard().startswith("Answer: ")
    shot(f"{name}-{width}-{'dark' if dark else 'light'}")
    assert_accessible()
    browser.assert_fits()
    assert_clean()


@pytest.mark.parametrize("width", [320, 768])
def test_empty(widget, browser, width, shot, assert_clean, assert_accessible):
    """Before there is a picture, on the smallest screen"""
    widget.open("clip", width=width)
    shot(f"empty-{width}")
    assert_accessible()
    browser.assert_fits()
    assert_clean()


def test_answers_are_the_apis(widget, hub, browser):
    """The picture goes as it is, so what is shown is what the API answers"""
    widget.open("classify").choose().answered()
    (call,) = widget.asked()
    assert call.body == CAT.read_bytes()
    shown = [row.text.split("\n") for row in browser.all(".w-row")]
    assert shown == [[one["label"], f"{100 * one['score']:.1f}%"] for one in api(hub, "classify")]


def test_facts(widget, hub, browser):
    """State, times and commit are told, with a link to the commit"""
    widget.open("classify").choose().answered()
    head = json.load(urllib.request.urlopen(f"{hub.url}/api/models/alice/classify"))["sha"]
    assert browser.one(".w-facts a").get_attribute("href") == f"{widget.front.url}/alice/classify/commit/{head}"
    assert head[:7] in browser.text(".w-facts") and "computed on this hub's CPU" in browser.text(".w-facts")
    assert browser.text(".w-pill").startswith("Warm")


# ---------------------------------------------------------------- ways in


def test_example(widget, browser):
    """An example is a button with a name, and brings its labels along"""
    widget.open("clip")
    example = browser.one(".w-thumbnail")
    assert example.accessible_name == "Example: Cat"
    example.send_keys(Keys.ENTER)
    widget.answered()
    assert widget.chips() == ["cat", "cup", "rocket"]
    assert widget.asked()[0].json()["parameters"] == {"candidate_labels": ["cat", "cup", "rocket"]}


TRANSFER = """
const [bytes, kind] = arguments;
const file = new File([Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0))], "dropped.png", {type: "image/png"});
const data = new DataTransfer();
data.items.add(file);
const target = kind === "paste" ? document : document.querySelector(".w-facts, .w-head");
const make = (name) => name === "paste"
    ? new ClipboardEvent(name, {clipboardData: data, bubbles: true, cancelable: true})
    : new DragEvent(name, {dataTransfer: data, bubbles: true, cancelable: true});
if (kind !== "paste") target.dispatchEvent(make("dragenter"));
const during = document.querySelector(".widget").classList.contains("w-over-drop");
const event = make(kind);
(kind === "beside" ? document.body : target).dispatchEvent(event);
return [during, event.defaultPrevented];
"""


@pytest.mark.parametrize("kind", ["drop", "paste"])
def test_drop_and_paste(widget, browser, kind):
    """A picture dropped anywhere on the widget, or pasted anywhere on the page, is asked about"""
    widget.open("classify")
    during, taken = browser.run(TRANSFER, base64.b64encode(CAT.read_bytes()).decode(), kind)
    assert taken and during == (kind == "drop")
    widget.answered()
    assert widget.asked()[0].body == CAT.read_bytes()
    assert not browser.all(".w-over-drop")


def test_paste_into_a_field_is_left_alone(widget, browser):
    """Text that is pasted goes into its field"""
    widget.open("clip")
    browser.one(".w-chipbox input").click()
    prevented = browser.run("""
        const data = new DataTransfer();
        data.setData("text/plain", "a label");
        const event = new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true});
        document.activeElement.dispatchEvent(event);
        return event.defaultPrevented;
    """)
    assert not prevented


def test_camera(widget, browser, shot, assert_accessible):
    """The camera's picture is asked about; closing it leaves everything as it was"""
    widget.open("classify")
    browser.one(".w-camera-open").click()
    browser.until(lambda: browser.run("return document.querySelector('video')?.videoWidth > 0"), "the camera's picture")
    assert_accessible()
    browser.type(Keys.ESCAPE)
    browser.until(lambda: not browser.all("video"))
    browser.one(".w-camera-open").click()
    browser.until(lambda: browser.run("return document.querySelector('video')?.videoWidth > 0"), "the camera's picture")
    shot("camera")
    browser.one(".w-take").click()
    widget.answered()
    assert widget.asked()[0].body[:2] == b"\xff\xd8"
    assert not browser.all("video")


def test_a_large_picture_is_made_smaller(widget, browser, tmp_path):
    """More than 10 MB go as a JPEG of at most 2048 pixels, and that is said"""
    width, height = 2400, 1600
    pixels = bytes(range(256)) * (width * height * 3 // 256)
    header = b"BM" + struct.pack("<IHHI", 54 + len(pixels), 0, 0, 54) + struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, len(pixels), 0, 0, 0, 0)
    large = tmp_path / "large.bmp"
    large.write_bytes(header + pixels)
    widget.open("classify").choose(large).answered()
    (call,) = widget.asked()
    assert call.body[:2] == b"\xff\xd8" and len(call.body) < 10_000_000
    assert "2048 × 1365 pixels" in browser.text(".w-note")


def test_a_format_the_browser_does_not_know(widget, browser):
    """TIFF is sent all the same"""
    widget.open("classify").choose(FIXTURES / "vision" / "_formats" / "rgb.tif").answered()
    assert "cannot show this format" in browser.text(".w-note")
    assert len(browser.all(".w-row")) == 5


def test_what_is_no_picture(widget, browser, tmp_path):
    """A text is refused without asking"""
    text = tmp_path / "notes.txt"
    text.write_text("no picture")
    widget.open("classify").choose(text)
    assert browser.text(".w-problem") == "This is not a picture."
    assert not widget.asked()


def test_remove(widget, browser):
    """Removing the picture goes back to the beginning, with the focus on the file button"""
    widget.open("classify").choose().answered()
    browser.one(".w-caption button").click()
    assert browser.one(".w-drop").is_displayed()
    assert not browser.all(".w-row") and not browser.one(".w-bar").text.startswith("Another")
    assert browser.run("return document.activeElement.className").endswith("w-choose")


# ---------------------------------------------------------------- labels, questions, options


def test_labels(widget, browser):
    """Labels are added by comma, Enter and pasting, changed, removed, and remembered"""
    widget.open("clip")
    entry = browser.one(".w-chipbox input")
    entry.send_keys("cat,dog", Keys.ENTER)
    assert widget.chips() == ["cat", "dog"]
    assert widget.heard() == "Added dog. 2 labels."
    browser.run("arguments[0].value = 'red cup, cat, rocket,'; arguments[0].dispatchEvent(new InputEvent('input'))", entry)
    assert widget.chips() == ["cat", "dog", "red cup", "rocket"]
    entry.send_keys(Keys.BACKSPACE)
    assert widget.chips() == ["cat", "dog", "red cup"] and entry.get_property("value") == "rocket"
    entry.send_keys("s", Keys.ENTER)
    browser.all(".w-chip-text")[1].click()
    browser.type("hound", Keys.ENTER)
    assert widget.chips() == ["cat", "red cup", "rockets", "hound"]
    remove = browser.all(".w-chip-remove")[0]
    assert remove.accessible_name == "Remove the label cat"
    remove.click()
    assert widget.chips() == ["red cup", "rockets", "hound"]
    widget.open("clip")
    assert widget.chips() == ["red cup", "rockets", "hound"]


def test_labels_are_asked_for(widget, browser):
    """Without labels nothing is sent: the field gets the focus, and asking says what is missing"""
    widget.open("clip").choose()
    browser.until(lambda: browser.run("return document.activeElement.matches('.w-chipbox input')"))
    browser.one(".w-ask").click()
    assert browser.text(".w-problem") == "Add at least one label."
    assert not widget.asked()
    browser.type("cat", Keys.ENTER, Keys.ENTER)
    widget.answered()


def test_question(widget, browser):
    """Enter asks"""
    widget.open("vqa").choose().question("is it a cup?" + Keys.ENTER).answered()
    assert widget.asked()[0].json()["parameters"] == {"question": "is it a cup?"}


def test_options(widget, browser):
    """What is set is sent; what is not, is not"""
    widget.open("classify")
    browser.one(".w-more summary").click()
    browser.one(".w-options input").send_keys("3")
    widget.choose().answered()
    assert widget.asked()[0].json()["parameters"] == {"top_k": 3}
    assert len(browser.all(".w-row")) == 3


def test_hostile_labels(widget, browser, assert_clean):
    """Labels and answers are text, whatever they look like"""
    evil = "<img src=x onerror=\"document.title='evil'\">"
    widget.canned("busy", Canned([{"label": evil, "score": 0.5}])).open("busy").choose().answered()
    assert browser.text(".w-row-name") == evil
    widget.open("clip").labels(evil)
    assert widget.chips() == [evil]
    assert browser.driver.title == "alice/clip"
    assert_clean()


# ---------------------------------------------------------------- answers that can be worked with

THINGS = [("cat", 0.98, (80, 10, 440, 300)), ("eye", 0.81, (180, 90, 240, 140)), ("eye", 0.4, (290, 90, 350, 140))]


@pytest.fixture
def boxes(widget):
    sides = ("xmin", "ymin", "xmax", "ymax")
    answer = [{"label": label, "score": score, "box": dict(zip(sides, box))} for label, score, box in THINGS]
    return widget.canned("boxes", Canned(answer)).open("boxes").choose().answered()


def shown(browser, selector):
    return [one.text for one in browser.all(selector) if one.is_displayed()]


def test_threshold(boxes, browser):
    """The threshold works without asking again, and is in the code"""
    assert boxes.asked()[0].json()["parameters"] == {"threshold": 0.1}
    assert shown(browser, ".w-list .w-row-name") == ["cat", "eye"]
    slider = browser.one(".w-slider")
    assert slider.accessible_name == "Threshold"
    slider.send_keys(Keys.HOME)
    assert shown(browser, ".w-list .w-row-name") == ["cat", "eye", "eye"]
    slider.send_keys(Keys.END)
    assert not shown(browser, ".w-list .w-row-name") and not shown(browser, ".w-tag")
    assert "Move the threshold down" in browser.text(".w-answer")
    slider.send_keys(*[Keys.ARROW_LEFT] * 10)
    assert len(boxes.asked()) == 1
    browser.one(".w-code summary").click()
    assert "threshold=0.9)" in browser.text(".w-blocks")


def test_boxes_and_list_are_linked(boxes, browser, shot):
    """Focus, pointer and choice on one side light up the other"""
    rows = [one for one in browser.all(".w-list button") if one.is_displayed()]
    lit = lambda: [one.get_attribute("class") for one in browser.all(".w-tag.w-lit")]
    browser.run("arguments[0].focus()", rows[1])
    assert len(lit()) == 1 and browser.all(".w-tag.w-lit")[0].text.startswith("eye")
    shot("boxes-lit")
    browser.run("arguments[0].blur()", rows[1])
    assert not lit()
    marks = browser.all(".w-box")
    webdriver.ActionChains(browser.driver).move_to_element_with_offset(marks[0], -150, -100).perform()
    assert "w-lit" in rows[0].get_attribute("class")
    rows[0].send_keys(Keys.SPACE)
    assert rows[0].get_attribute("aria-pressed") == "true"
    # The smaller thing lies above the larger one it is in.
    order = [browser.run("return arguments[0].querySelector('rect').getAttribute('width')", mark) for mark in marks]
    assert order == ["360", "60", "60"]


def painted(browser):
    """The share of the overlay's pixels that are drawn."""
    return browser.run("""
        const canvas = document.querySelector(".w-overlay canvas");
        const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
        let sum = 0;
        for (let at = 3; at < data.length; at += 4) sum += data[at];
        return sum / 255 / (data.length / 4);
    """)


def test_masks(widget, browser, shot):
    """Masks are shown and hidden one by one, fade by a slider, and light up under the pointer"""
    widget.open("segformer").choose().answered()
    assert painted(browser) > 0.95
    boxes = browser.all(".w-list input")
    boxes[0].click()
    browser.run("document.activeElement.blur()")
    webdriver.ActionChains(browser.driver).move_to_element(browser.one(".w-title")).perform()
    assert painted(browser) < 0.995
    hide = [one for one in browser.all(".w-link") if one.text == "Hide all"][0]
    hide.click()
    assert painted(browser) == 0
    [one for one in browser.all(".w-link") if one.text == "Show all"][0].click()
    browser.one(".w-slider").send_keys(Keys.HOME)
    assert browser.run("return document.querySelector('.w-overlay canvas').style.opacity") == "0"
    browser.one(".w-slider").send_keys(Keys.END)
    webdriver.ActionChains(browser.driver).move_to_element(browser.one(".w-overlay canvas")).perform()
    assert len(browser.all(".w-list .w-lit")) == 1
    assert painted(browser) < 0.9
    shot("masks-lit")


def test_depth(widget, browser, shot):
    """Depth in three colour maps, laid over the picture by a slider that keys move"""
    widget.open("dpt").choose().answered()
    pixel = lambda: browser.run("return [...document.querySelector('.w-overlay canvas').getContext('2d').getImageData(5, 5, 1, 1).data]")
    colours = {}
    for choice in browser.all(".w-choice input"):
        browser.run("arguments[0].click()", choice)
        colours[choice.get_attribute("value")] = tuple(pixel())
    assert len(set(colours.values())) == 3
    grey = colours["grey"]
    assert grey[0] == grey[1] == grey[2]
    (slider,) = browser.all(".w-compare")
    assert "How much of the answer" in slider.accessible_name
    slider.send_keys(Keys.HOME)
    assert browser.run("return document.querySelector('.w-compare-top').style.clipPath") == "inset(0px 0px 0px 0%)"
    webdriver.ActionChains(browser.driver).move_to_element(slider).perform()
    browser.until(lambda: "Here: " in browser.text(".w-here-line"))
    shot("depth-grey")
    # The map is remembered.
    widget.open("dpt").choose().answered()
    assert browser.run("return document.querySelector('.w-choice input:checked').value") == "grey"


def test_features_are_copied(widget, hub, browser):
    """The numbers go to the clipboard as the API gave them"""
    permissions = {"origin": widget.front.url, "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]}
    browser.driver.execute_cdp_cmd("Browser.grantPermissions", permissions)
    widget.open("features").choose().answered()
    copy = browser.one(".w-answer .w-copy")
    assert copy.text == "Copy as JSON"
    copy.click()
    browser.until(lambda: copy.text == "Copied")
    assert json.loads(browser.run("return navigator.clipboard.readText()")) == api(hub, "features")


# ---------------------------------------------------------------- state, waiting and what goes wrong


def test_loading(widget, browser, shot):
    """A model that loads is waited for, with its estimate; the next question lets the hub wait"""
    widget.canned("busy", LOADING, TIGER).open("busy")
    assert browser.text(".w-pill").startswith("Cold")
    widget.choose()
    browser.until(lambda: "The model is loading: about 2 s" in browser.text(".w-busy"))
    assert browser.text(".w-pill").startswith("Loading")
    shot("loading")
    widget.answered()
    first, second = widget.asked()
    assert "x-wait-for-model" not in first.headers and second.headers["x-wait-for-model"] == "true"
    assert first.body == second.body == CAT.read_bytes()
    assert browser.text(".w-pill").startswith("Warm")
    browser.assert_clean(but=("503",))


def test_loading_ends_early(widget, browser):
    """A model that is in memory sooner than estimated is asked at once"""
    slow = Canned({"error": "Model alice/busy is currently loading", "estimated_time": 60.0}, 503)
    widget.canned("busy", slow, TIGER)
    widget.front.can(widget.calls("busy"), Canned({"state": "Loadable"}), Canned({"state": "Loading"}), Canned({"state": "Loaded"}), method="GET")
    start = time.monotonic()
    widget.open("busy").choose().answered()
    assert time.monotonic() - start < 15


def test_too_many(widget, browser):
    """429 is waited out for as long as the hub says"""
    widget.canned("busy", Canned({"error": "Too many"}, 429, {"Retry-After": "1"}), TIGER).open("busy").choose()
    browser.until(lambda: "Many are asking. Next try in 1 s" in browser.text(".w-busy"))
    widget.answered()
    assert len(widget.asked()) == 2


def test_lasting_error(widget, browser, shot, assert_accessible):
    """What would fail again is told in the hub's words"""
    widget.canned("busy", Canned({"error": "The image cannot be read"}, 422)).open("busy", width=390).choose()
    assert browser.text(".w-problem") == "The image cannot be read"
    shot("error")
    assert_accessible()
    assert browser.one(".w-ask").is_displayed()


def test_passing_error(widget, browser):
    """What may pass is tried again by a button"""
    widget.canned("busy", Canned({"error": "The worker ended"}, 503), TIGER).open("busy").choose()
    assert "The worker ended" in browser.text(".w-problem")
    browser.one(".w-problem button").click()
    browser.until(lambda: browser.all(".w-answered"))
    assert not browser.all(".w-problem")


def test_out_of_reach(widget, browser):
    """A connection that breaks is told, and the page works on"""
    widget.open("classify")
    offline = {"offline": True, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    browser.driver.execute_cdp_cmd("Network.enable", {})
    browser.driver.execute_cdp_cmd("Network.emulateNetworkConditions", offline)
    try:
        widget.choose()
        assert "The hub cannot be reached." in browser.text(".w-problem")
    finally:
        browser.driver.execute_cdp_cmd("Network.emulateNetworkConditions", offline | {"offline": False})
    browser.one(".w-problem button").click()
    browser.until(lambda: browser.all(".w-answered"))


@pytest.mark.parametrize("answer", [{"a": 1}, [{"label": "cat"}], [], None, "text"])
def test_other_answers(widget, browser, answer, assert_clean):
    """An answer of another form is shown as it came"""
    widget.canned("boxes", Canned(json.dumps(answer).encode())).open("boxes").choose().answered()
    if answer == []:
        assert "Nothing was found." in browser.text(".w-answer")
    else:
        assert "another form" in browser.text(".w-answer")
        assert json.loads(browser.text(".w-json")) == answer
    assert_clean()


def test_an_answer_that_is_no_json(widget, browser):
    """Broken JSON is an error and not the end of the widget"""
    widget.canned("busy", Canned(b"<html>"), TIGER).open("busy").choose()
    assert "could not be read" in browser.text(".w-problem")


def test_cancel(widget, browser):
    """Cancelling ends the request; the next question is asked as ever"""
    widget.canned("busy", Canned(TIGER.body, delay=20), TIGER).open("busy").choose()
    browser.one(".w-busy button").click()
    assert not browser.one(".w-busy-line, .w-ask").get_attribute("class").startswith("w-busy")
    assert widget.heard() == "Cancelled."
    assert browser.run("return document.activeElement.classList.contains('w-ask')")
    browser.one(".w-ask").click()
    widget.answered()
    assert not browser.all(".w-problem")


def test_a_later_picture_wins(widget, browser):
    """An answer that comes late does not cover a newer one"""
    late = Canned([{"label": "late", "score": 1.0}], delay=2)
    widget.canned("busy", late, TIGER).open("busy").choose()
    browser.until(lambda: len(widget.asked()) == 1)
    widget.choose(IMAGES / "coffee.png").answered()
    time.sleep(2.5)
    assert browser.text(".w-row-name") == "tiger"
    assert browser.text(".w-name").startswith("coffee.png")


def test_leaving(widget, browser):
    """Leaving the page ends the question"""
    widget.canned("busy", Canned(TIGER.body, delay=20)).open("busy").choose()
    browser.until(lambda: len(widget.asked()) == 1)
    browser.driver.get(f"{widget.front.url}/assets/style.css")
    browser.until(lambda: widget.front.left)


def at(front, name, **options):
    """A page of these tests' own, beside those of the hub."""
    path = f"/test/{name}"
    front.pages[path] = page(f"alice/{name}", task_of(name), **options)
    return front.url + path


def test_time_limit(widget, browser):
    """A question that takes too long ends by itself"""
    widget.canned("busy", Canned(TIGER.body, delay=20), TIGER)
    browser.open(at(widget.front, "busy", limit=800))
    browser.one(".w-choose")
    widget.choose()
    assert "No answer within 800 ms" in browser.text(".w-problem")
    assert not browser.one(".w-ask").get_attribute("hidden")


def test_form_key(widget, browser):
    """Pages of people who are signed in send their key with every call"""
    widget.canned("busy", TIGER)
    browser.open(at(widget.front, "busy", form_key="abc123"))
    browser.one(".w-choose")
    widget.choose().answered()
    calls = widget.front.asked("GET") + widget.front.asked("POST")
    assert len(calls) >= 2 and {call.headers.get("x-form-key") for call in calls} == {"abc123"}


def test_embedded_and_private(widget, browser):
    """In a frame the widget does not offer itself again; a private model's code has a token; a revision is asked for"""
    calls = "/models/alice/clip@refs%2Fpr%2F1/pipeline/zero-shot-image-classification"
    widget.front.can(calls, Canned({"state": "Loadable"}), method="GET")
    browser.open(at(widget.front, "clip", embed=True, private=True, revision="refs/pr/1"))
    code = snippets(browser)
    assert "Put it into a page" not in code
    assert "Authorization: Bearer $HF_TOKEN" in code["curl"] and 'token="hf_…"' in code["Python"]
    assert f"{widget.front.url}{calls}'" in code["curl"]
    browser.until(lambda: widget.front.asked("GET"))
    assert widget.front.asked("GET")[0].path == calls


def test_in_a_frame_of_another_site(widget, browser):
    """In another site's frame the widget works, and its links open beside that site"""
    inside = at(widget.front, "classify", embed=True)
    outside = f'<!doctype html><title>Elsewhere</title><iframe src="{inside}" width="600" height="900"></iframe>'
    widget.front.can("/outside", Canned(outside.encode(), headers={"Content-Type": "text/html"}), method="GET")
    browser.open(widget.front.url.replace("localhost", "127.0.0.1") + "/outside")
    browser.driver.switch_to.frame(browser.one("iframe"))
    try:
        browser.one(".w-choose")
        widget.choose().answered()
        assert "tiger cat" in browser.text(".w-bars")
        assert browser.one(".w-facts a").get_attribute("target") == "_blank"
    finally:
        browser.driver.switch_to.default_content()


def test_a_state_that_is_not_known(widget, browser):
    """A hub that cannot tell a model's state for now does not close the widget"""
    widget.canned("busy", TIGER)
    widget.front.can(widget.calls("busy"), Canned({"error": "Too many"}, 429), method="GET")
    widget.open("busy")
    browser.until(lambda: browser.text(".w-pill") == "State not known")
    widget.choose().answered()
    assert browser.text(".w-pill").startswith("Warm")


def test_unsupported(widget, browser, shot, assert_clean, assert_accessible):
    """A model that cannot be asked says why, and takes no picture"""
    browser.open(f"{widget.front.url}/alice/unsupported", width=390, dark=True)
    browser.until(lambda: "no config.json" in browser.text(".widget"))
    assert not browser.all(".w-file")
    shot("unsupported")
    assert_accessible()
    assert_clean()


# ---------------------------------------------------------------- code


def snippets(browser):
    details = browser.one(".w-code")
    if not details.get_attribute("open"):
        browser.one(".w-code summary").click()
    return {block.find_element("css selector", "h3").text: block.find_element("css selector", "code").text for block in browser.all(".w-block")}


@pytest.mark.parametrize("name", ["classify", "clip", "vqa"])
def test_curl(widget, hub, browser, name, tmp_path):
    """The curl of the page, run by a shell, answers what the page shows"""
    widget.open(name)
    if name == "clip":
        widget.labels("it's a \"cup\"", "cat")
    if name == "vqa":
        widget.question("what's this?")
    widget.choose().answered()
    (tmp_path / "photo.jpg").write_bytes(CAT.read_bytes())
    command = snippets(browser)["curl"].replace("curl ", "curl --noproxy '*' -sS ", 1)
    done = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == json.loads(snippets(browser)["Last answer (JSON)"])


def test_python(widget, browser, shot, assert_accessible):
    """The Python of the page is Python, and names the model's address, method and labels"""
    widget.open("clip").labels("it's a \"cup\"", "cat").choose().answered()
    python = snippets(browser)["Python"]
    compile(python, "snippet", "exec")
    assert f'InferenceClient(model="{widget.front.url}/models/alice/clip")' in python
    assert 'zero_shot_image_classification("photo.jpg", candidate_labels=["it\'s a \\"cup\\"", "cat"])' in python
    widget.open("dpt").choose().answered()
    compile(snippets(browser)["Python"], "snippet", "exec")
    assert "/models/alice/dpt/pipeline/depth-estimation" in snippets(browser)["Python"]
    assert len(snippets(browser)["Last answer (JSON)"]) < 5000
    assert f'<iframe src="{widget.front.url}/alice/dpt/embed"' in snippets(browser)["Put it into a page"]
    shot("code")
    assert_accessible()


def test_code_is_copied(widget, browser):
    """The copy buttons say what they copy and that they did"""
    permissions = {"origin": widget.front.url, "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]}
    browser.driver.execute_cdp_cmd("Browser.grantPermissions", permissions)
    widget.open("classify").choose().answered()
    code = snippets(browser)
    for block in browser.all(".w-block"):
        title = block.find_element("css selector", "h3").text
        copy = block.find_element("css selector", ".w-copy")
        assert copy.accessible_name == f"Copy {title}"
        copy.click()
        browser.until(lambda: copy.text.startswith("Copied"))
        copied = browser.run("return navigator.clipboard.readText()")
        if title == "Last answer (JSON)":
            assert json.loads(copied) == json.loads(code[title])
        else:
            assert copied.strip() == code[title].strip()


def test_all_modules_are_named():
    """Every module of the widget has its licence, and none parses HTML or is fetched from elsewhere"""
    folder = pathlib.Path(__file__).resolve().parents[2] / "Public" / "assets" / "widget"
    for module in folder.rglob("*.js"):
        text = module.read_text()
        assert text.startswith("// SPDX-License-Identifier: Apache-2.0"), module
        for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "eval(", "document.write"):
            assert word not in text, f"{module}: {word}"
        assert "http" not in text.replace("http://www.w3.org/2000/svg", ""), module


assert set(SHOWS) <= set(MODELS) | set(CANNED)

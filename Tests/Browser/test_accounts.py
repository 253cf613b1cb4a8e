"""Accounts and administration in a real browser: sign-up, passwords, settings, and what administrators see."""

from __future__ import annotations

import os

import pytest

from support.hub import ROOT, Hub, token_of
from test_site import Site

FIRST, SECOND = "correct horse battery", "another good one"


@pytest.fixture(scope="module")
def invited_hub(request, tmp_path_factory):
    """A hub of its own, where an invitation is needed, with the administrator `root`."""
    option = request.config.getoption
    settings = {"VITRINE_PUBLIC_DIR": str(ROOT / "Public"), "VITRINE_SIGN_UP": "invitation"}
    hub = Hub(os.path.abspath(option("--hubd")), os.path.abspath(option("--hubctl")), tmp_path_factory.mktemp("invited"), settings=settings)
    hub.admin("user", "create", "root", "--admin", "--token", token_of("root"))
    hub.start()
    yield hub
    hub.stop()


@pytest.fixture
def accounts(browser, invited_hub):
    site = Site(browser, invited_hub)
    yield site
    site.sign_out()


def enter(site: Site, name: str, password: str) -> None:
    site.open("/login?return_to=/settings")
    site.browser.one("#name").send_keys(name)
    site.browser.one("#password").send_keys(password)
    site.browser.one("main form button").click()


def test_invite_sign_up_and_change_the_password(accounts, browser):
    """An administrator invites, somebody signs up, changes the password and signs in with the new one."""
    accounts.sign_in(token_of("root"))
    accounts.open("/admin/invitations")
    accounts.click("form[data-actions] button:not([type])")
    place = browser.until(lambda: browser.text("#made [data-value]"))
    assert place.startswith(accounts.url + "/join?invitation=join_")
    accounts.sign_out()

    accounts.open("/join")
    assert not browser.all("form"), "without an invitation there is no form"
    accounts.open(place.removeprefix(accounts.url))
    for field, text in {"name": "ada", "full_name": "Ada L.", "password": FIRST, "repeat": "something else"}.items():
        browser.one(f"#{field}").send_keys(text)
    accounts.click("main form button")
    assert "not the same" in browser.text(".problem")
    assert browser.one("#full_name").get_attribute("value") == "Ada L." and browser.one("#password").get_attribute("value") == ""
    browser.one("#password").send_keys(FIRST)
    browser.one("#repeat").send_keys(FIRST)
    accounts.click("main form button")
    accounts.arrive("/ada")

    accounts.open("/settings")
    for field, text in {"current": FIRST, "password": SECOND, "repeat": SECOND}.items():
        browser.one(f"#{field}").send_keys(text)
    accounts.click("form[data-url='/api/settings/password'] button")
    browser.until(lambda: browser.one("#current").get_attribute("value") == "", "the page again")
    accounts.sign_out()
    enter(accounts, "ada", FIRST)
    assert "do not belong together" in browser.text(".problem")
    accounts.sign_out()
    enter(accounts, "ada", SECOND)
    accounts.arrive("/settings")
    accounts.open(place.removeprefix(accounts.url))
    assert not browser.all("form"), "the invitation is used up"


def test_a_token_is_shown_once_and_works(accounts, browser):
    accounts.sign_in(token_of("root"))
    accounts.open("/settings/tokens")
    browser.one("#displayName").send_keys("laptop")
    accounts.click("[data-token-form] > button")
    token = browser.until(lambda: browser.text("#made [data-value]"))
    assert accounts.api("GET", "/api/whoami-v2", token=token)["name"] == "root"
    accounts.open("/settings/tokens")
    assert "laptop" in browser.text("main") and token not in browser.driver.page_source


PAGES = {
    "profile": "/settings", "tokens": "/settings/tokens", "sessions": "/settings/sessions",
    "organizations": "/settings/organizations", "admin": "/admin", "admin-users": "/admin/users", "admin-user": "/admin/users/root",
    "admin-invitations": "/admin/invitations", "admin-quotas": "/admin/quotas", "admin-storage": "/admin/storage",
    "admin-maintenance": "/admin/maintenance", "admin-audit": "/admin/audit", "admin-settings": "/admin/settings",
}


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_pages_fit_and_are_accessible(accounts, browser, width, dark):
    accounts.sign_in(token_of("root"))
    browser.assert_looks(accounts.open, PAGES, width, dark, prefix="account-")


@pytest.mark.parametrize("path", ["/login", "/join"])
def test_signing_in_needs_no_scripts(accounts, browser, path):
    """At both sizes, and without JavaScript."""
    browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        if path == "/login":
            enter(accounts, "root", "not the password")
            assert "do not belong together" in browser.text(".problem")
        else:
            accounts.open(path)
            assert "invitation" in browser.text(".problem")
    finally:
        browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})

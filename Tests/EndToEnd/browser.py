"""A real browser: headless Chromium from Debian, driven by Selenium."""

import contextlib
import pathlib
import shutil
import tempfile

from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")


class Browser:
    """What a person does with it."""

    def __init__(self, driver, url):
        self.driver, self.url = driver, url

    def open(self, path):
        self.driver.get(path if path.startswith("http") else self.url + path)

    def one(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    @property
    def heading(self):
        return self.one("h1").text

    @property
    def text(self):
        return self.one("body").text

    def wait_for_heading(self, heading):
        self.wait(lambda: [h.text for h in self.all("h1")] == [heading])

    def leave(self, action, heading):
        """Does what leads to another page, and waits for it; it may have the same heading."""
        before = self.one("html").id
        action()
        self.wait(lambda: self.one("html").id != before)
        self.wait_for_heading(heading)

    def wait(self, check):
        """A page that is just going away can't be asked, which the driver says in several ways."""
        WebDriverWait(self.driver, 30, ignored_exceptions=[WebDriverException]).until(lambda _: check())

    def press(self, *keys):
        """Types at whatever has the focus."""
        webdriver.ActionChains(self.driver).send_keys(*keys).perform()

    def focused(self):
        return self.driver.switch_to.active_element

    def console(self):
        """What the browser complains about, such as a policy that was broken."""
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] == "SEVERE"]

    def narrow(self):
        """The screen of a phone."""
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": 360, "height": 740, "deviceScaleFactor": 1, "mobile": True})

    def darken(self):
        """As somebody sees the pages who wants them dark."""
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
            "features": [{"name": "prefers-color-scheme", "value": "dark"}]})

    @property
    def paper(self):
        return self.driver.execute_script("return getComputedStyle(document.body).backgroundColor")

    @property
    def is_too_wide(self):
        """Whether something sticks out at the side."""
        return self.driver.execute_script(
            "return document.documentElement.scrollWidth > document.documentElement.clientWidth")

    def picture(self, path):
        """A picture of the whole page; one that was higher before makes it no higher."""
        self.driver.set_window_size(1000, 560)
        height = self.driver.execute_script("return document.documentElement.scrollHeight")
        self.driver.set_window_size(1000, max(560, height + 160))
        pathlib.Path(path).parent.mkdir(parents=True, exist_ok=True)
        self.driver.save_screenshot(str(path))


@contextlib.contextmanager
def chromium(url, scripts=True):
    """A browser with a profile of its own, gone afterwards."""
    profile = tempfile.mkdtemp(prefix="drover-chromium-", dir="/tmp")
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1000,700",
                     "--force-prefers-reduced-motion", "--hide-scrollbars", f"--user-data-dir={profile}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    if not scripts:
        options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    try:
        yield Browser(driver, url)
    finally:
        driver.quit()
        shutil.rmtree(profile, ignore_errors=True)


__all__ = ["Browser", "Keys", "chromium"]

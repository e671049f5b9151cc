"""A browser without scripts, styles or pictures: follows pages and fills their forms in as a person does."""

import html.parser
import urllib.parse

import requests

from drover_process import PASSWORD

REALM = "/auth/realms/master"
OIDC = REALM + "/protocol/openid-connect"


class Parser(html.parser.HTMLParser):
    """Collects what tests look at."""

    def __init__(self):
        super().__init__()
        self.forms, self.text, self.alerts, self.headings, self.attributes = [], [], [], [], []
        self._form, self._open = None, []

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.attributes += [(tag, name) for name in values]
        if tag == "form":
            self._form = {"method": values.get("method", "get"), "action": values.get("action"), "fields": {}, "buttons": []}
            self.forms.append(self._form)
        if tag == "input" and self._form is not None:
            self._form["fields"][values["name"]] = values.get("value", "")
        if tag == "button" and self._form is not None:
            self._form["buttons"].append(values.get("value"))
        if values.get("role") == "alert":
            self.alerts.append("")
            self._open.append("alert")
        if tag == "h1":
            self.headings.append("")
            self._open.append("h1")

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = None
        if tag == "div" and "alert" in self._open:
            self._open.remove("alert")
        if tag == "h1" and "h1" in self._open:
            self._open.remove("h1")

    def handle_data(self, data):
        self.text.append(data)
        if "alert" in self._open:
            self.alerts[-1] += data
        if "h1" in self._open:
            self.headings[-1] += data


class Page:
    """One answer, read."""

    def __init__(self, answer):
        self.answer, self.status, self.headers, self.html = answer, answer.status_code, answer.headers, answer.text
        self.location = answer.headers.get("Location")
        parser = Parser()
        parser.feed(answer.text)
        self.forms, self.alerts, self.headings, self.attributes = parser.forms, parser.alerts, parser.headings, parser.attributes
        self.text = " ".join(" ".join(parser.text).split())

    def form(self, action):
        return next(form for form in self.forms if form["action"] == action)


class PageClient:
    """A browser of its own, with its own cookies."""

    def __init__(self, drover):
        self.url = drover.url
        self.session = requests.Session()

    def get(self, path, **query):
        return Page(self.session.get(self.url + path, params=query or None, allow_redirects=False, timeout=30))

    def follow(self, path, **query):
        """GET, and then wherever the server sends the browser, as long as it is the server itself."""
        page = self.get(path, **query)
        for _ in range(5):
            if not page.location or not page.location.startswith("/"):
                return page
            page = self.get(page.location)
        raise AssertionError("redirects without end")

    def post(self, path, fields, **headers):
        return Page(self.session.post(self.url + path, data=fields, headers=headers, allow_redirects=False, timeout=30))

    def submit(self, page, action, **fields):
        return self.post(action, {**page.form(action)["fields"], **fields})

    def sign_in(self, email, password=PASSWORD, **query):
        return self.submit(self.get("/sign-in", **query), "/sign-in", username=email, password=password)

    def cookies(self):
        return {cookie.name: cookie for cookie in self.session.cookies}


def query_of(location):
    """The parameters of a redirect's query, each once."""
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(location).query, strict_parsing=True))

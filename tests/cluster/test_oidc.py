"""Users sign in at a real OpenID Connect provider, and their groups decide about their roles.

The values are those of docs/operations/access.md, with the address of the provider of this test.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from secrets import token_urlsafe

import httpx
import pytest
import yaml
from kubernetes import client
from selenium.webdriver.chrome.webdriver import WebDriver

from scripts.errors import Refusal
from scripts.workshop.airflow_api import AirflowApi
from scripts.workshop.cluster.images import build
from scripts.workshop.toolchain.maven import NotServed
from tests.chart.cases import merged
from tests.chart.test_document_examples import example
from tests.cluster import keycloak as provider
from tests.cluster.airflow import Airflow
from tests.cluster.browser import browser
from tests.cluster.keycloak import Keycloak, keycloak
from tests.cluster.second_release import install, second_release
from tests.cluster.test_browser import find
from tests.cluster.waiting import wait_until

pytestmark = pytest.mark.slow
FOLDER = Path(__file__).parent
HEALTHY_SECONDS, PAGE_SECONDS = 900, 120
SECRET = {"client-secret": "only-for-this-test"}
# A request that a Viewer may make, and one that needs more.
DAGS, CONNECTIONS = "/api/v2/dags", "/api/v2/connections"
GROUPS = {"ada": ("airflow-admins",), "vera": ("airflow-viewers",), "nemo": ()}
CONNECT = """
import socket
try:
    socket.create_connection(("{}", {}), timeout=3)
    print("open")
except TimeoutError:
    print("dropped")
"""


def layer(folder: Path, section: str) -> Path:
    """Write the values of a section of the document, with the provider of this test."""
    text = yaml.safe_dump(example(f"access: {section}"))
    found = yaml.safe_load(text.replace("https://sso.example.com/realms/data", provider.ISSUER))
    ours = yaml.safe_load((FOLDER / "oidc.yaml").read_text())
    file = folder / "values.yaml"
    file.write_text(yaml.safe_dump(merged(found, ours)))
    return file


@pytest.fixture(scope="module")
def release(airflow: Airflow, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Airflow]:
    """A second release, whose api-server reads the client's secret from a Secret."""
    try:
        build(provider.NAME)
    except NotServed as reason:
        pytest.skip(str(reason))
    values = layer(tmp_path_factory.mktemp("values"), "Log-in by OpenID Connect")
    with second_release(airflow, "oidc", values, "airflow") as second:
        make_secret(second, "airflow-oidc", SECRET)
        first = {"username": "admin", "password": token_urlsafe()}
        make_secret(second, "airflow-first-user", first)
        yield second


@pytest.fixture(scope="module")
def identity(release: Airflow) -> Iterator[Keycloak]:
    """The running provider; it and the release are ready."""
    with keycloak(release, GROUPS, SECRET["client-secret"]) as started:
        release.wait_until_healthy(HEALTHY_SECONDS)
        yield started


@pytest.fixture
def page(identity: Keycloak, tmp_path: Path) -> Iterator[WebDriver]:
    """A browser without a session, for which the provider has the same address as for pods."""
    rule = f"MAP {provider.HOST} {identity.outside}"
    with browser(tmp_path, f"--host-resolver-rules={rule}") as opened:
        yield opened


def make_secret(release: Airflow, name: str, data: dict[str, str]) -> None:
    secret = client.V1Secret(metadata=client.V1ObjectMeta(name=name), string_data=data)
    release.main.core.create_namespaced_secret(release.main.name, secret)


def sign_in(page: WebDriver, release: Airflow, name: str, password: str) -> None:
    """Go from the log-in page of Airflow to the form of the provider, and submit it."""
    page.get(release.url)
    find(page, "#btn-signin-keycloak").click()
    find(page, "input[name=username]").send_keys(name)
    assert page.current_url.startswith(provider.ISSUER)
    field = find(page, "input[name=password]")
    field.send_keys(password)
    field.submit()


def token(page: WebDriver) -> str:
    """Return the token of Airflow's session, or an empty text."""
    return (page.get_cookie("_token") or {"value": ""})["value"]


def answer(release: Airflow, path: str, token: str) -> int:
    """Return the status of an answer of the REST API."""
    bearer = {"Authorization": f"Bearer {token}"}
    return httpx.get(release.url + path, headers=bearer, timeout=60, trust_env=False).status_code


@pytest.mark.parametrize(
    ("name", "statuses"), [("ada", (200, 200)), ("vera", (200, 403)), ("nemo", (403, 403))]
)
def test_a_user_has_the_permissions_of_the_roles_of_its_groups(
    page: WebDriver,
    release: Airflow,
    identity: Keycloak,
    name: str,
    statuses: tuple[int, int],
) -> None:
    sign_in(page, release, name, identity.users[name].password)
    session = wait_until(lambda: token(page), PAGE_SECONDS, lambda: f"{page.current_url}")
    assert page.current_url.startswith(release.url)
    assert tuple(answer(release, path, session) for path in (DAGS, CONNECTIONS)) == statuses


def test_a_wrong_password_is_refused_at_the_provider(
    page: WebDriver, release: Airflow, identity: Keycloak
) -> None:
    sign_in(page, release, "ada", identity.users["vera"].password)
    assert "Invalid username or password" in find(page, "#input-error-username").text
    page.get(release.url)
    find(page, "#btn-signin-keycloak")
    assert token(page) == ""


def test_the_first_user_gets_a_token_by_the_password_of_a_secret(
    release: Airflow, identity: Keycloak
) -> None:
    assert answer(release, CONNECTIONS, release.api.login()) == 200
    wrong = AirflowApi(release.url, "admin", "wrong")
    with pytest.raises(Refusal, match="401"):
        wrong.login()


@pytest.mark.parametrize(
    ("component", "port", "result"),
    [
        ("api-server", provider.PORT, "open"),
        ("api-server", 9000, "dropped"),
        ("scheduler", provider.PORT, "dropped"),
        ("triggerer", provider.PORT, "dropped"),
    ],
)
def test_only_the_api_server_reaches_the_provider(
    release: Airflow, identity: Keycloak, component: str, port: int, result: str
) -> None:
    pod = release.main.ready_pod(component)
    program = CONNECT.format(identity.address, port)
    assert release.main.run(pod, "python", "-c", program).strip() == result


def test_users_of_simple_auth_manager_have_the_passwords_of_a_secret(
    release: Airflow, identity: Keycloak, tmp_path: Path
) -> None:
    passwords = {name: token_urlsafe() for name in ("ada", "vera")}
    make_secret(release, "airflow-passwords", {"passwords.json": json.dumps(passwords)})
    first, _ = release.release.layers
    file = layer(tmp_path, "SimpleAuthManager")
    # The first user is one of the FAB auth manager.
    off = tmp_path / "off.yaml"
    off.write_text("createUserJob: {enabled: false}\n")
    changed = replace(release.release, layers=(first, file, off))
    install(Airflow(release.main.api, changed), "airflow")
    tokens = {
        name: wait_until(
            AirflowApi(release.url, name, passwords[name]).login,
            HEALTHY_SECONDS,
            f"{name} is unknown",
        )
        for name in passwords
    }
    found = {name: answer(release, CONNECTIONS, token) for name, token in tokens.items()}
    assert found == {"ada": 200, "vera": 403}
    logs = [release.main.logs(pod) for pod in release.main.pods("api-server")]
    assert [log for log in logs if "Password for user" in log] == []

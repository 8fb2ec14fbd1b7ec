"""The cluster's certificates: their subjects, and which ones are renewed."""

from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from scripts.workshop.cluster import certificates
from scripts.workshop.cluster.certificates import IDENTITIES


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    certificates.create(tmp_path / "pki")
    return tmp_path / "pki"


def certificate(folder: Path, name: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate((folder / f"{name}.crt").read_bytes())


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


@pytest.mark.parametrize("identity", IDENTITIES, ids=lambda identity: identity.name)
def test_each_identity_has_a_certificate_of_the_authority(folder: Path, identity):
    found = certificate(folder, identity.name)
    found.verify_directly_issued_by(certificate(folder, "ca"))
    attributes = {a.oid: a.value for a in found.subject}
    expected = {NameOID.COMMON_NAME: identity.user}
    if identity.group:
        expected[NameOID.ORGANIZATION_NAME] = identity.group
    assert attributes == expected


def test_the_certificate_of_the_api_server_covers_its_service_and_the_node(folder: Path):
    extension = certificate(folder, "kube-apiserver").extensions
    names = extension.get_extension_for_class(x509.SubjectAlternativeName).value
    addresses = [str(address) for address in names.get_values_for_type(x509.IPAddress)]
    assert "kubernetes.default.svc" in names.get_values_for_type(x509.DNSName)
    assert addresses == ["127.0.0.1", "192.168.77.2", "10.96.0.1"]


def test_a_key_is_readable_only_by_its_owner(folder: Path):
    assert {file.stat().st_mode & 0o077 for file in folder.iterdir()} == {0}


def test_valid_certificates_are_kept(folder: Path):
    before = contents(folder)
    certificates.create(folder)
    assert contents(folder) == before


@pytest.mark.parametrize("lost", ["admin.crt", "service-accounts.pub"])
def test_files_that_an_interruption_left_out_are_made(folder: Path, lost: str):
    (folder / lost).unlink()
    certificates.create(folder)
    assert (folder / lost).exists()


def test_a_new_authority_signs_all_certificates_again(folder: Path):
    (folder / "ca.crt").unlink()
    certificates.create(folder)
    authority = certificate(folder, "ca")
    for identity in IDENTITIES:
        certificate(folder, identity.name).verify_directly_issued_by(authority)


def test_a_certificate_that_expires_soon_is_renewed(folder: Path, monkeypatch: pytest.MonkeyPatch):
    before = certificate(folder, "admin")
    monkeypatch.setattr(certificates, "RENEWAL", certificates.VALID)
    certificates.create(folder)
    assert certificate(folder, "admin").serial_number != before.serial_number

"""The cluster's certificate authority, and a certificate for each of its clients and servers."""

import datetime
import ipaddress
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from scripts.workshop.cluster.layout import FIRST_SERVICE, NAME, NODE_ADDRESS

VALID = datetime.timedelta(days=3650)
# A certificate that expires within this time is renewed.
RENEWAL = datetime.timedelta(days=30)


@dataclass(frozen=True)
class Identity:
    """The subject of a certificate; groups are Kubernetes' RBAC groups."""

    name: str
    user: str
    group: str = ""
    hosts: tuple[str, ...] = ()


KUBERNETES = ("kubernetes", "kubernetes.default", "kubernetes.default.svc")
IDENTITIES = (
    Identity(
        "kube-apiserver",
        "kube-apiserver",
        hosts=(
            *KUBERNETES,
            "kubernetes.default.svc.cluster.local",
            "localhost",
            "127.0.0.1",
            NODE_ADDRESS,
            FIRST_SERVICE,
        ),
    ),
    Identity("kube-apiserver-kubelet", "kube-apiserver-kubelet", "system:masters"),
    # The API server as a client of an aggregated API server.
    Identity("front-proxy", "front-proxy"),
    Identity("admin", "admin", "system:masters"),
    Identity("kube-controller-manager", "system:kube-controller-manager"),
    Identity("kube-scheduler", "system:kube-scheduler"),
    Identity("kube-proxy", "system:kube-proxy"),
    Identity("kubelet", f"system:node:{NAME}", "system:nodes", hosts=(NAME, NODE_ADDRESS)),
)


def create(folder: Path) -> None:
    """Create certificates that are missing, about to expire, or signed by another authority."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    authority = _authority(folder)
    for identity in IDENTITIES:
        if not _is_good(folder / f"{identity.name}.crt", authority):
            _issue(folder, identity, authority)
    if not (folder / "service-accounts.pub").exists():
        _service_account_keys(folder)


def _authority(folder: Path) -> x509.Certificate:
    file = folder / "ca.crt"
    if file.exists() and (folder / "ca.key").exists():
        return x509.load_pem_x509_certificate(file.read_bytes())
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "airflow-on-kubernetes")])
    certificate = (
        _builder(name, name, key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(authority=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    _write_key(folder / "ca.key", key)
    _write(file, certificate.public_bytes(serialization.Encoding.PEM))
    return certificate


def _issue(folder: Path, identity: Identity, authority: x509.Certificate) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    names = [x509.NameAttribute(NameOID.COMMON_NAME, identity.user)]
    if identity.group:
        names.insert(0, x509.NameAttribute(NameOID.ORGANIZATION_NAME, identity.group))
    uses = [ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH]
    builder = (
        _builder(x509.Name(names), authority.subject, key)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(authority=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage(uses), critical=False)
    )
    if identity.hosts:
        alternatives = x509.SubjectAlternativeName([_host(host) for host in identity.hosts])
        builder = builder.add_extension(alternatives, critical=False)
    signer = serialization.load_pem_private_key((folder / "ca.key").read_bytes(), None)
    assert isinstance(signer, ec.EllipticCurvePrivateKey)
    # The certificate is written last, so that its key exists whenever it does.
    _write_key(folder / f"{identity.name}.key", key)
    certificate = builder.sign(signer, hashes.SHA256())
    _write(folder / f"{identity.name}.crt", certificate.public_bytes(serialization.Encoding.PEM))


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey
) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        # Valid since a while ago, in case a clock is set back a little.
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + VALID)
    )


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=authority,
        crl_sign=authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _host(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _is_good(file: Path, authority: x509.Certificate) -> bool:
    if not file.exists():
        return False
    certificate = x509.load_pem_x509_certificate(file.read_bytes())
    try:
        certificate.verify_directly_issued_by(authority)
    except (InvalidSignature, ValueError):
        return False
    return certificate.not_valid_after_utc > datetime.datetime.now(datetime.UTC) + RENEWAL


def _service_account_keys(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    _write_key(folder / "service-accounts.key", key)
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    _write(folder / "service-accounts.pub", public)


def _write_key(file: Path, key: ec.EllipticCurvePrivateKey) -> None:
    text = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    _write(file, text)


def _write(file: Path, content: bytes) -> None:
    """Write a file that only its owner can read, atomically."""
    aside = file.with_suffix(f"{file.suffix}.new")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
    aside.replace(file)

"""Kerberos for workers."""

from pydantic import Field

from scripts.values.blocks import Block

SAMPLE = """[logging]
default = "FILE:/opt/airflow/logs/kerberos_libs.log"
kdc = "FILE:/opt/airflow/logs/kerberos_kdc.log"
admin_server = "FILE:/opt/airflow/logs/kadmind.log"

[libdefaults]
default_realm = FOO.COM
ticket_lifetime = 10h
renew_lifetime = 7d
forwardable = true

[realms]
FOO.COM = {
  kdc = kdc-server.foo.com
  admin_server = admin_server.foo.com
}
"""


class KerberosSettings(Block):
    """Kerberos for workers: `krb5.conf`, the keytab, and the cache of tickets."""

    enabled: bool = False
    """Give workers krb5.conf and the cache of tickets; kerberosSidecar keeps it filled."""
    config: str = SAMPLE
    """Text of krb5.conf, through `tpl`; the default is the sample of the official chart."""
    config_path: str = "/etc/krb5.conf"
    """Path of krb5.conf in the containers."""
    principal: str = "airflow@FOO.COM"
    """Principal whose tickets workers use."""
    keytab_base64_content: str | None = Field(default=None, alias="keytabBase64Content")
    """Keytab in Base64 (refused in prod); unset: an existing Secret `<release>-kerberos-keytab`."""
    keytab_path: str = "/etc/airflow.keytab"
    """Path of the keytab in the containers of Kerberos, the only ones that read it."""
    ccache_mount_path: str = "/var/kerberos-ccache"
    """Folder of the cache of tickets."""
    ccache_file_name: str = "cache"
    """Name of the file with the tickets."""
    reinit_frequency: int = 3600
    """Seconds between two renewals of the ticket."""


class Kerberos(Block):
    """Kerberos."""

    kerberos: KerberosSettings = KerberosSettings()
    """Kerberos for workers."""

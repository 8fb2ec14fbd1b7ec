"""Create the first user with the password in a file, since arguments are visible in process lists.

The options are those of `airflow users create`, which runs in this process. An existing user is not
changed.
"""

import sys
from pathlib import Path

PASSWORD = Path("/run/secrets/first-user/password")


def main() -> None:
    # Airflow is imported here, so that tests can import the program without it.
    from airflow.cli.cli_parser import get_parser

    password = PASSWORD.read_text(encoding="utf-8").rstrip("\n")
    if not password:
        sys.exit(f"{PASSWORD} is empty: set the key `password` of its Secret.")
    arguments = get_parser().parse_args(["users", "create", *sys.argv[1:]])
    arguments.password = password
    arguments.func(arguments)


if __name__ == "__main__":
    main()

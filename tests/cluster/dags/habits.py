"""Tasks that do what tasks usually do: print lines, and keep files in the home folder."""

import time
from pathlib import Path

from airflow.sdk import dag, task


@dag(schedule=None)
def habits() -> None:
    @task(retries=0)
    def keep_files() -> list[str]:
        kept = []
        for folder in (".cache", ".config"):
            file = Path.home() / folder / "library" / "state"
            file.parent.mkdir(parents=True)
            file.write_text("x")
            kept.append(str(file))
        return kept

    @task(retries=0)
    def print_lines() -> None:
        for number in range(40):
            print("printed", number, flush=True)
            time.sleep(1)

    keep_files()
    print_lines()


habits()

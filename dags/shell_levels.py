"""Eight shell tasks in three levels; each level waits for the previous one.

`make bench` measures the duration of a run. Nearly all of it is the time that pods need to start.
"""

from itertools import pairwise

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import cross_downstream, dag

LEVELS = (3, 3, 2)


@dag(schedule=None, tags=["example", "bench"], doc_md=__doc__)
def shell_levels() -> None:
    levels = [
        [
            BashOperator(task_id=f"level_{level}_task_{number}", bash_command="echo done")
            for number in range(1, width + 1)
        ]
        for level, width in enumerate(LEVELS, start=1)
    ]
    for before, after in pairwise(levels):
        cross_downstream(before, after)


shell_levels()

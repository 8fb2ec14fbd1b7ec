"""The sum of the squares up to a number, computed by executors and compared with the formula.

`squares.py NUMBER [PARTITIONS] [SECONDS]`: each partition is a task of Spark, which first sleeps
for some seconds.
"""

import sys
import time
from collections.abc import Iterator

from pyspark.sql import SparkSession


def main(number: int, partitions: int = 2, seconds: float = 0) -> None:
    spark = SparkSession.builder.appName("squares").getOrCreate()

    def total(numbers: Iterator[int]) -> Iterator[int]:
        time.sleep(seconds)
        squares = sum(one * one for one in numbers)
        print(f"a partition has the sum {squares}", flush=True)
        yield squares

    numbers = spark.sparkContext.parallelize(range(1, number + 1), partitions)
    found = sum(numbers.mapPartitions(total).collect())
    expected = number * (number + 1) * (2 * number + 1) // 6
    if found != expected:
        raise SystemExit(f"The sum of the squares is {found}, but must be {expected}.")
    print(f"The sum of the squares up to {number} is {found}.", flush=True)
    spark.stop()


if __name__ == "__main__":
    main(int(sys.argv[1]), *map(int, sys.argv[2:3]), *map(float, sys.argv[3:4]))

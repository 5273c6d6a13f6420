#!/usr/bin/env bash
#SBATCH --job-name=evalkit-merge
#SBATCH --time=00:10:00
# Puts the shards of slurm-array.sh together. Ends with 3 and names what is missing where a shard is.
set -euo pipefail
folder=${FOLDER:-$PWD/shards}
exec evalkit merge "$folder"/* --out "${RUN:-$PWD/run}"

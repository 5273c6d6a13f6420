#!/usr/bin/env bash
#SBATCH --job-name=evalkit
#SBATCH --array=1-4
#SBATCH --cpus-per-task=8
#SBATCH --mem=24G
#SBATCH --time=04:00:00
# One shard of a run for each task of the array, on a file system that all nodes see. A task that failed is run
# again as it was by `scontrol requeue JOB_TASK`; to submit it anew, say which it is: SHARD=3/4 sbatch --array=3 …
set -euo pipefail

# Words of the command, the same for all shards.
model=${MODEL:-qwen2.5-coder-0.5b:q4_k_m,qwen2.5-coder-0.5b:q8_0}
shard=${SHARD:-auto}
folder=${FOLDER:-$PWD/shards}
name=${SHARD:+${SHARD%/*}}

# Exit code 3 says that something is missing for a reason that is not the model's: the same task again resumes.
exec evalkit humaneval --model "$model" --shard "$shard" \
  --out "$folder/${name:-$SLURM_ARRAY_TASK_ID}" ${EVALKIT_OPTIONS:-}

#!/usr/bin/env bash
#SBATCH --job-name=evalkit-vllm
#SBATCH --nodes=2
#SBATCH --ntasks-per-node=1
#SBATCH --gpus-per-node=8
#SBATCH --exclusive
#SBATCH --time=08:00:00
# One model that no single node holds: Ray joins two nodes, vLLM serves over both (tensor parallel inside a node,
# pipeline parallel between them), and evalkit measures what is served. vLLM and Ray are installed on both nodes.
set -euo pipefail
model=${MODEL:?the name of the model on the hub}
port=${PORT:-8000}
gpus=${GPUS_PER_NODE:-8}
mapfile -t nodes < <(scontrol show hostnames "$SLURM_JOB_NODELIST")
head=${nodes[0]}

srun --nodes=1 --ntasks=1 --nodelist="$head" ray start --head --port=6379 --num-gpus="$gpus" --block &
sleep 20
srun --nodes=1 --ntasks=1 --nodelist="${nodes[1]}" ray start --address="$head:6379" --num-gpus="$gpus" --block &
sleep 20

srun --overlap --nodes=1 --ntasks=1 --nodelist="$head" vllm serve "$model" --port "$port" \
  --distributed-executor-backend ray --tensor-parallel-size "$gpus" --pipeline-parallel-size "${#nodes[@]}" &
until curl --silent --fail "http://$head:$port/health" >/dev/null; do
  # A server that has gone never answers.
  kill -0 $! || exit 3
  sleep 5
done

# The server has no sandbox: it generates, and whoever has one judges the folder.
evalkit humaneval --model "http://$head:$port/v1#$model" --parallel 32 --only generate --out "${RUN:-$PWD/run}"

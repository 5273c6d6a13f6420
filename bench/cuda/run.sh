#!/usr/bin/env bash
# The rows of the reports that need a CUDA card, on the card of this machine, in under ten minutes:
#
#   bench/cuda/run.sh FOLDER
#
# Leaves FOLDER/report.md, and the run folders and logs beside it. Needs evalkit with llama.cpp's CUDA
# build (docs/install.md), HumanEval and a model in the cache or named below, and a Python with torch for
# CUDA, transformers, accelerate and bitsandbytes. What is missing leaves its rows out, and the report
# says so.
#
#   EVALKIT_ENGINE_PYTHON  that Python                  (unset: evalkit's own environments)
#   EVALKIT_CUDA_MODEL     a GGUF                       (unset: qwen2.5-coder-0.5b:q4_k_m)
#   EVALKIT_CUDA_SHAPE     3b, or tiny for a rehearsal  (of the random StarCoder2 of the grid)
#   EVALKIT_CUDA_DEVICE    cuda, or cpu for a rehearsal
#   EVALKIT_CUDA_SECONDS   when the last row ends       (unset: 560)
#   EVALKIT_CUDA_TASKS     HumanEval tasks a torch cell (unset: 32)
set -uo pipefail

folder=${1:?usage: bench/cuda/run.sh FOLDER}
here=$(cd "$(dirname "$0")" && pwd)
evalkit="$here/../../bin/evalkit.js"
device=${EVALKIT_CUDA_DEVICE:-cuda}
shape=${EVALKIT_CUDA_SHAPE:-3b}
model=${EVALKIT_CUDA_MODEL:-qwen2.5-coder-0.5b:q4_k_m}
tasks=${EVALKIT_CUDA_TASKS:-32}
deadline=$((SECONDS + ${EVALKIT_CUDA_SECONDS:-560}))
layers=99
rows=64
batches=2,8
contexts=4096,18000
if [ "$device" = cpu ]; then
  layers=0
  rows=2
  batches=1,2
  contexts=64,128
fi

mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
report="$folder/report.md"

# row NAME SECONDS COMMAND…: runs a row's command; what it prints is the row's part of the report.
row() {
  local name=$1 limit=$2
  shift 2
  local left=$((deadline - SECONDS))
  if [ "$left" -lt 20 ]; then
    printf '\n## %s\n\nNot run: no time was left.\n' "$name" >>"$report"
    return
  fi
  local start=$SECONDS
  echo "== $name" >&2
  timeout -k 5 "$((limit < left ? limit : left))" "$@" >"$folder/$name.md" 2>"$folder/$name.log"
  local status=$?
  # What was finished before the time was up is a result too.
  if [ ! -s "$folder/$name.md" ] && [ -d "$folder/$name-run" ]; then
    "$evalkit" report "$folder/$name-run" --format md >"$folder/$name.md" 2>>"$folder/$name.log"
  fi
  {
    printf '\n## %s\n\nExit code %s after %s s of:\n\n    %s\n\n' \
      "$name" "$status" "$((SECONDS - start))" "${*/#$evalkit/evalkit}"
    if [ -s "$folder/$name.md" ]; then
      cat "$folder/$name.md"
    else
      sed 's/^/    /' "$folder/$name.log" | tail -n 20
    fi
  } >>"$report"
}

python=${EVALKIT_ENGINE_PYTHON:-python3}
card=$(nvidia-smi --query-gpu=name,memory.total,driver_version --format=csv,noheader 2>/dev/null || echo none)
printf '# CUDA rows\n\n%s, card: %s, device: %s\n' "$(date -u +%F)" "$card" "$device" >"$report"

row doctor 60 "$evalkit" doctor

# torch: report 2's grid and its quantizations on a model of StarCoder2-3B's shape with random weights.
random="$folder/starcoder2-$shape"
row make-model 90 "$python" "$here/make_model.py" "$shape" "$random"
row torch-grid 200 "$evalkit" bench --model "torch:$random@bf16" --device "$device" \
  --attention eager,flash --batch "$batches" --ctx-size "$contexts" --new-tokens 1 --warmup 1 --repeats 2 \
  --out "$folder/torch-grid-run" --format md
row torch-quantized 120 "$evalkit" bench \
  --model "torch:$random@int8,torch:$random@nf4-fp16,torch:$random@nf4-fp32" --device "$device" \
  --batch "${batches%%,*}" --ctx-size "${contexts%%,*}" --new-tokens 1 --warmup 1 --repeats 3 \
  --out "$folder/torch-quantized-run" --format md

# torch: pass@1 and latency of the GGUF's weights.
row torch-humaneval 150 "$evalkit" humaneval --model "torch:$model@bf16,torch:$model@nf4-fp16" \
  --device "$device" --sample "$tasks" --rows "$rows" --out "$folder/torch-humaneval-run" --format md

# llama.cpp: latency and pass@1 of a 4-bit file, and the grid of report 2.
row llama-cpp-bench 90 "$evalkit" bench --model "$model" --gpu-layers "$layers" \
  --batch 1,8 --ctx-size 512,4096 --flash on,off --out "$folder/llama-cpp-bench-run" --format md
row llama-cpp-humaneval 150 "$evalkit" humaneval --model "$model" --gpu-layers "$layers" \
  --rows "$rows" --out "$folder/llama-cpp-humaneval-run" --format md

rm -rf "$random"
echo "$report"

#!/usr/bin/env bash
# Compiles llama.cpp's CUDA backend for the card of this machine, from the source that node-llama-cpp brings
# along, and puts it in the place of the prebuilt one:
#
#   bench/cuda/build-backend.sh [ARCHITECTURE]      # 90 for Hopper; unset: the card's own
#
# For drivers that refuse the prebuilt one ("the provided PTX was compiled with an unsupported toolchain").
# Needs nvcc of the driver's CUDA version or an older one, a C++ compiler, cmake, ninja and git.
set -euo pipefail

architecture=${1:-native}
modules=$(cd "$(dirname "$0")/../../node_modules/node-llama-cpp" && pwd)
backend=$(find "$modules/.." -path '*@node-llama-cpp/linux-x64-cuda/*' -name libggml-cuda.so -not -path '*fallback*' | head -n 1)
if [ -z "$backend" ]; then
  echo "no CUDA build of node-llama-cpp is installed; see docs/install.md" >&2
  exit 2
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
git clone -q "$modules/llama/gitRelease.bundle" "$work/llama.cpp"
# The bundle leaves out this template of a file that is installed and never used here.
touch "$work/llama.cpp/ggml/ggml.pc.in"

# As node-llama-cpp builds it: a module that is loaded by name, without a version in its own.
cmake -S "$work/llama.cpp/ggml" -B "$work/build" -G Ninja \
  -DCMAKE_BUILD_TYPE=Release -DBUILD_SHARED_LIBS=ON -DGGML_BACKEND_DL=ON -DGGML_NATIVE=OFF \
  -DGGML_CPU=OFF -DGGML_CUDA=ON -DGGML_CUDA_NCCL=OFF -DGGML_CCACHE=OFF \
  -DGGML_BUILD_TESTS=OFF -DGGML_BUILD_EXAMPLES=OFF \
  -DCMAKE_CUDA_ARCHITECTURES="$([ "$architecture" = native ] && echo native || echo "$architecture-real")" \
  -DCMAKE_PLATFORM_NO_VERSIONED_SONAME=ON -DCMAKE_BUILD_RPATH='$ORIGIN'
ninja -C "$work/build" ggml-cuda
cp "$(find "$work/build" -name libggml-cuda.so)" "$backend"
# What makes it another engine to evalkit.
node -e '
  const { existsSync, readFileSync, writeFileSync } = require("node:fs");
  const [record, sha256] = process.argv.slice(1);
  const others = existsSync(record) ? JSON.parse(readFileSync(record, "utf8")) : {};
  writeFileSync(record, `${JSON.stringify({ ...others, "libggml-cuda.so": sha256 })}\n`);
' "$modules/llama/built-here.json" "$(sha256sum "$backend" | cut -d' ' -f1)"
echo "$backend: built for ${architecture}"

#!/bin/sh
# Writes src/onnx/generated/onnx-ml_pb.ts from onnx-ml.proto (taken unchanged from the Python package onnx 1.23.2).
# Works offline: buf and its plugin are development packages of this repository.
set -eu
cd "$(dirname "$0")/.."
PATH="$PWD/node_modules/.bin:$PATH"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp src/onnx/generated/onnx-ml.proto "$work/"
cat > "$work/buf.yaml" <<'YAML'
version: v2
YAML
cat > "$work/buf.gen.yaml" <<'YAML'
version: v2
plugins:
  - local: protoc-gen-es
    out: out
    opt: [target=ts, import_extension=ts, erasable_syntax=true]
YAML
(cd "$work" && buf generate)
cp "$work/out/onnx-ml_pb.ts" src/onnx/generated/onnx-ml_pb.ts

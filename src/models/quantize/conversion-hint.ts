/** What to do with weights in another form than GGUF, as the second half of a sentence. */
export const CONVERSION_HINT =
  'name the folder of its safetensors, or convert it with evalkit convert FOLDER --out model-f16.gguf';

/** Names of files that hold weights for other programs: safetensors and PyTorch's own. */
export function isForeignWeights(name: string): boolean {
  return /\.safetensors$|(?:^|[/\\])(?:pytorch_model|consolidated|model)[^/\\]*\.(?:bin|pth?)$/i.test(
    name,
  );
}

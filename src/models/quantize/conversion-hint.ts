/** What to do with weights in another form than GGUF, as the second half of a sentence. */
export const CONVERSION_HINT =
  "convert its folder with llama.cpp's converter (python convert_hf_to_gguf.py FOLDER --outtype f16 --outfile model-f16.gguf) and name the .gguf";

/** Names of files that hold weights for other programs: safetensors and PyTorch's own. */
export function isForeignWeights(name: string): boolean {
  return /\.safetensors$|(?:^|[/\\])(?:pytorch_model|consolidated|model)[^/\\]*\.(?:bin|pth?)$/i.test(
    name,
  );
}

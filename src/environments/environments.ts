import { closest } from 'fastest-levenshtein';
import { usageError } from '../records/error.ts';

/** What a Python environment needs on the disk and of the user's time; measured here, rounded up. */
export interface Cost {
  readonly bytes: number;
  /** On two cores, with a package index that is near. */
  readonly seconds: number;
}

/** A Python environment of evalkit's: one a backend, since their pins exclude each other. */
export interface Environment {
  /** What it is for, in a line. */
  readonly purpose: string;
  /** What it is made of, pinned; what these need stands in its lock file. `npm run locks` reads it. */
  readonly packages: readonly string[];
  /** Packages that are wanted for some inputs alone: a Python of the user's may lack them. */
  readonly optional?: readonly string[];
  /** Packages whose lines are left out of the lock: wanted by another's metadata and never imported. */
  readonly without?: readonly string[];
  /** Packages that the index has no wheels of: built here, which wants a C compiler. */
  readonly built?: readonly string[];
  readonly cost: { readonly cpu: Cost; readonly cuda?: Cost };
}

/** What reads the tokenizer of a GGUF, or of SentencePiece. */
const TOKENIZERS = ['gguf', 'sentencepiece'];
/** transformers reads a GGUF's weights with the help of accelerate. */
const READERS = [...TOKENIZERS, 'accelerate'];

const GB = 1e9;
const TORCH = 'torch==2.13.0';
const LEAN = [
  TORCH,
  'transformers==5.24.0',
  'safetensors==0.8.0',
  'tokenizers==0.23.3',
  'gguf==0.19.0',
  'sentencepiece==0.2.3',
  'numpy==2.4.6',
  'accelerate==1.15.0',
];

/** Every environment by its name; this file alone knows one. */
const TABLE = {
  torch: {
    purpose: 'PyTorch: fp32, bf16, fp16, jit, compile, and the kernels that come with it',
    packages: LEAN,
    optional: READERS,
    cost: { cpu: { bytes: 1.2 * GB, seconds: 180 }, cuda: { bytes: 5.6 * GB, seconds: 400 } },
  },
  bitsandbytes: {
    purpose: 'bitsandbytes: int8, nf4',
    packages: [...LEAN, 'bitsandbytes==0.50.2'],
    optional: TOKENIZERS,
    cost: { cpu: { bytes: 1.4 * GB, seconds: 90 }, cuda: { bytes: 5.8 * GB, seconds: 400 } },
  },
  torchao: {
    purpose: 'torchao: int8-dynamic, int8-weight, int4-g128',
    packages: [...LEAN, 'torchao==0.18.0'],
    optional: READERS,
    cost: { cpu: { bytes: 1.3 * GB, seconds: 180 }, cuda: { bytes: 5.7 * GB, seconds: 400 } },
  },
  gptq: {
    purpose: 'GPTQModel: gptq',
    packages: [
      TORCH,
      'transformers==5.24.0',
      'safetensors==0.8.0',
      'tokenizers==0.23.3',
      'gguf==0.19.0',
      'sentencepiece==0.2.3',
      'accelerate==1.15.0',
      'optimum==2.3.0',
      'gptqmodel==7.6.0',
    ],
    optional: TOKENIZERS,
    built: ['defuser', 'device-smi', 'gptqmodel', 'logbar', 'pypcre', 'tokenicer'],
    cost: { cpu: { bytes: 1.6 * GB, seconds: 380 }, cuda: { bytes: 6.2 * GB, seconds: 500 } },
  },
  openvino: {
    purpose: 'OpenVINO and NNCF: openvino-int8, openvino-int4-g128, openvino-smoothquant',
    packages: [
      TORCH,
      'transformers==5.5.4',
      'safetensors==0.8.0',
      'tokenizers==0.22.2',
      'gguf==0.19.0',
      'sentencepiece==0.2.3',
      'accelerate==1.15.0',
      'openvino==2026.4.1',
      'nncf==3.4.0',
      'optimum-intel==2.2.0',
    ],
    optional: READERS,
    // PyPI's torchvision beside a CPU build of torch breaks the import of transformers.
    without: ['torchvision'],
    cost: { cpu: { bytes: 1.6 * GB, seconds: 110 }, cuda: { bytes: 6.2 * GB, seconds: 450 } },
  },
  convert: {
    purpose: 'evalkit convert: safetensors to GGUF',
    packages: ['safetensors==0.8.0', 'tokenizers==0.23.3', 'gguf==0.19.0', 'numpy==2.4.6'],
    cost: { cpu: { bytes: 0.2 * GB, seconds: 30 } },
  },
} satisfies Readonly<Record<string, Environment>>;

export type EnvironmentName = keyof typeof TABLE;

export const ENVIRONMENTS: Readonly<Record<EnvironmentName, Environment>> = TABLE;

/** Every environment's name, in the order of the table. */
export const ENVIRONMENT_NAMES = Object.keys(TABLE).filter(isEnvironmentName);

export function isEnvironmentName(name: string): name is EnvironmentName {
  return Object.hasOwn(TABLE, name);
}

/** The name as it was typed. Throws a usage error for one that is not in the table. */
export function environmentNamed(name: string): EnvironmentName {
  if (!isEnvironmentName(name)) {
    throw usageError(
      `no Python environment is called ${name}; nearest: ${closest(name, ENVIRONMENT_NAMES)} (environments: ${ENVIRONMENT_NAMES.join(', ')})`,
    );
  }
  return name;
}

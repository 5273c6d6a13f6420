import koffi from 'koffi';
import { z } from 'zod';

/** What llama.cpp logs. `level`: 3 is a warning, 4 an error (`enum ggml_log_level`). */
export type LogLine = (level: number, text: string) => void;

export interface QuantizeCall {
  readonly input: string;
  readonly output: string;
  /** Number in `enum llama_ftype`. */
  readonly fileType: number;
  readonly threads: number;
  /** Importance of columns, by tensor. */
  readonly importance: ReadonlyMap<string, Float32Array> | undefined;
}

/** llama.cpp's quantizer in this process. */
export interface Quantizer {
  /** Runs on a thread of its own; 0: done. */
  quantize(call: QuantizeCall): Promise<number>;
}

/**
 * Loads llama.cpp and checks that its parameters lie where we think. Throws if they do not: a wrong
 * layout would make a wrong model without a word.
 */
export function loadQuantizer(library: string, onLog: LogLine): Quantizer {
  const handle = koffi.load(library);
  const defaults = defaultsSchema.safeParse(
    handle.func('llama_model_quantize_default_params', PARAMS, [])(),
  );
  if (!defaults.success) {
    throw new Error(
      `llama_model_quantize_params of ${library} has another layout than v0.5.0's: ${z.prettifyError(defaults.error)}`,
    );
  }
  const setLog = handle.func('llama_log_set', 'void', [koffi.pointer(LOG), 'void *']);
  setLog(koffi.register(onLog, koffi.pointer(LOG)), null);
  const run = handle.func('llama_model_quantize', 'uint32_t', [
    'str',
    'str',
    koffi.pointer(PARAMS),
  ]);
  return {
    quantize: ({ input, output, fileType, threads, importance }) =>
      new Promise((resolve, reject) => {
        const params = {
          ...defaults.data,
          ftype: fileType,
          nthread: threads,
          allow_requantize: true,
          imatrix: importance === undefined ? null : importanceArray(importance),
        };
        run.async(input, output, params, (error: unknown, status: unknown) =>
          error == null ? resolve(z.int().parse(status)) : reject(error),
        );
      }),
  };
}

/** `llama_model_imatrix_data` of llama.cpp v0.5.0; an array of them ends with a null name. */
const IMPORTANCE = koffi.struct({ name: 'str', data: 'float *', size: 'size_t' });

function importanceArray(importance: ReadonlyMap<string, Float32Array>): unknown[] {
  const entries = [...importance].map(([name, data]) => ({ name, data, size: data.length }));
  return [...entries, { name: null, data: null, size: 0 }];
}

/** `llama_model_quantize_params` of llama.cpp v0.5.0 (include/llama.h). */
const PARAMS = koffi.struct({
  nthread: 'int32_t',
  ftype: 'int32_t',
  output_tensor_type: 'int32_t',
  token_embedding_type: 'int32_t',
  allow_requantize: 'bool',
  quantize_output_tensor: 'bool',
  only_copy: 'bool',
  pure: 'bool',
  keep_split: 'bool',
  dry_run: 'bool',
  imatrix: koffi.pointer(IMPORTANCE),
  kv_overrides: 'void *',
  tt_overrides: 'void *',
  prune_layers: 'void *',
  max_buf_size: 'size_t',
  // The defaults come back through a pointer to our memory: room for fields of a longer struct.
  spare: koffi.array('uint64_t', 16),
});

/** GGML_TYPE_COUNT of v0.5.0: `no type`. */
const NO_TYPE = 43;

/** The defaults of v0.5.0 (src/llama-quant.cpp): a field that moved shows as another value. */
const defaultsSchema = z.object({
  nthread: z.literal(0),
  ftype: z.literal(7),
  output_tensor_type: z.literal(NO_TYPE),
  token_embedding_type: z.literal(NO_TYPE),
  allow_requantize: z.literal(false),
  quantize_output_tensor: z.literal(true),
  only_copy: z.literal(false),
  pure: z.literal(false),
  keep_split: z.literal(false),
  dry_run: z.literal(false),
  imatrix: z.null(),
  kv_overrides: z.null(),
  tt_overrides: z.null(),
  prune_layers: z.null(),
  max_buf_size: z.literal(8 * 2 ** 30),
  spare: z.any(),
});

const LOG = koffi.proto('evalkit_log', 'void', ['int', 'str', 'void *']);

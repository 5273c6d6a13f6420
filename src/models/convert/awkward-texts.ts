/**
 * Texts over which tokenizers differ: runs of blanks of every kind, digits, contractions, marks,
 * characters of several bytes, control tokens' names, and code.
 */
export const AWKWARD_TEXTS: readonly string[] = [
  'def add(a, b):\n    """Adds.\n\n    >>> add(1, 22)\n    23\n    """\n    return a + b\n',
  ' leading, trailing \n',
  '\n\n\n \n\t\t \r\n\r\n   x',
  'a  b   c    d     e\t f\u00a0g\u2003h\u3000i',
  '0 12 345 6789 1234567890 3.14159e-10 0xFF_FF ½ ² ٣ 四',
  "I'm you're it's WE'LL don't 'tis ''' `x` \"y\"",
  'na\u00efve caf\u00e9 \u00df\u00df \u0130\u0131 \u01c4 \u03a3\u03c3\u03c2 \u041f\u0440\u0438\u0432\u0435\u0442 \u05e9\u05c1\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627 \u0939\u093f\u0928\u094d\u0926\u0940',
  '\u6f22\u5b57\u304b\u306a\u30ab\u30ca\ud55c\uad6d\uc5b4 \u0e44\u0e17\u0e22',
  '\u{1f642}\u{1f469}\u200d\u{1f4bb}\u{1f1e9}\u{1f1ea} \u2764\ufe0f \u{1d54f} \u{10ffff}',
  '\u0001\u0007\u007f\u0085\u200b\u2028\ufeff\ufffd',
  '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~ != == <= >= -> => :: ... // /* */ #!/',
  '<|endoftext|> <|im_start|>user <s> </s> <unk> <pad> <fim_prefix> <|fim_middle|> [INST] <0x41>',
  'x'.repeat(70) + ' '.repeat(70) + '='.repeat(70),
  'HTTPServerError getHTTPResponse snake_case kebab-case camelCase PascalCase x1y2z3',
  '',
];

/** What `--format` takes wherever a pipeline may read the result. */
export const REPORT_FORMATS = ['terminal', 'md', 'json', 'junit', 'csv', 'github'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

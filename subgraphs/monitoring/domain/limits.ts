/** Samples in one report: a process with 200 series that was cut off for a while sends a few of these, not one huge one. */
export const SAMPLES_PER_REPORT_MAX = 1_000;

/** An older sample is refused: nobody waits an hour to report, and a key that has been forgotten can then not store anything twice. */
export const SAMPLE_AGE_MAX_MS = 60 * 60_000;

/** How far a reporter's clock may be ahead of ours. */
export const SAMPLE_AHEAD_MAX_MS = 60_000;

/** A label's value, in characters: names of services, hosts and feeds, never texts. */
export const LABEL_VALUE_LENGTH_MAX = 128;

/** Series that one reporter may create: labels with unbounded values (ids, paths) run into this instead of filling the disk. */
export const SERIES_PER_REPORTER_MAX = 2_000;

/** Points per series in one answer: more than a screen has columns. */
export const POINTS_MAX = 1_500;

/** Series in one answer: past it a full series name is asked for. */
export const SERIES_READ_MAX = 100;

/** Raw samples read for one answer: about six series over a day at one sample in five seconds. */
export const SAMPLES_READ_MAX = 100_000;

/** Raw samples are kept for two days. */
export const SAMPLE_RETENTION_MS = 48 * 60 * 60_000;

/** Answers to reports are kept longer than SAMPLE_AGE_MAX_MS: see there. */
export const REPORT_RETENTION_MS = 2 * 60 * 60_000;

/** Resolved alerts and settled deliveries are kept for a quarter. */
export const ALERT_RETENTION_MS = 90 * 24 * 60 * 60_000;

/** A process reports every few seconds (METRICS_REPORT_SECONDS); one that has been silent for three of those, and for this long, has a problem. */
export const SERVICE_SILENT_MIN_MS = 15_000;
export const SERVICE_SILENT_REPORTS = 3;

/** An instance that has been silent for this long while others of its service report was replaced, not lost. */
export const INSTANCE_FORGOTTEN_MS = 2 * 60_000;

/** A service that has been silent for this long is not watched and not listed any more. */
export const SERVICE_FORGOTTEN_MS = 24 * 60 * 60_000;

/** Alerts on one page. */
export const ALERTS_PAGE_MAX = 100;

/** Characters of an idempotency key. */
export const KEY_LENGTH_MAX = 128;

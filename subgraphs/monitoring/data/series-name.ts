import { formatSeries, metricFamily, parseSeries } from '#platform/telemetry/catalogue.ts';
import { LABEL_VALUE_LENGTH_MAX } from '../domain/limits.ts';
import type { SeriesName } from '../domain/report.ts';

/** Reads a series' name against the platform's catalogue. Answers with its canonical form, or with a sentence when the family or a label is unknown, or a
 * label's value is empty or longer than LABEL_VALUE_LENGTH_MAX. */
export function readSeriesName(text: string): SeriesName | string {
  const parsed = parseSeries(text);
  if (parsed === null) return 'not the name of a series: write family or family{label="value",other="value"}';
  const family = metricFamily(parsed.family);
  if (family === undefined) return `the platform has no metric ${parsed.family}`;
  for (const [label, value] of Object.entries(parsed.labels)) {
    if (!family.labels.includes(label)) return `${family.name} has no label ${label}: it has ${family.labels.join(', ')}`;
    if (value === '' || value.length > LABEL_VALUE_LENGTH_MAX)
      return `the value of label ${label} must have 1 to ${LABEL_VALUE_LENGTH_MAX} characters`;
  }
  return { name: formatSeries(parsed), family: parsed.family, labels: parsed.labels };
}

import { builder } from './builder.ts';
import { METRICS, type Metric } from './context.ts';
import { enumName } from './enum-name.ts';

const UNITS = {
  voltage: 'Voltage, in V.',
  temperature: 'Temperature, in °C.',
  soc: 'State of charge, in %.',
};

export const MetricType = builder.enumType('Metric', {
  description: 'What is measured.',
  values: Object.fromEntries(
    METRICS.map((metric) => [enumName(metric), { value: metric, description: UNITS[metric] }]),
  ) as Record<string, { value: Metric; description: string }>,
});

/** `avgVoltage` → `AVG_VOLTAGE`: from the names of fields to those of enum values. */
export function enumName(field: string): string {
  return field.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

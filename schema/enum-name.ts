/** `avgVoltage` → `AVG_VOLTAGE`, `DateTime` → `DATE_TIME`: from names of fields and types to those of enum values. */
export function enumName(name: string): string {
  return name.replaceAll(/(?<=[a-z\d])[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

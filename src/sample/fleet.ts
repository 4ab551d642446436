import { type Draw, seededDraw } from './random.ts';

/** What makes a device stand out: it stopped reporting, runs some 20 °C warmer, or is hardly ever charged. */
type Trait = 'silent' | 'hot' | 'low';

/** One 14s battery pack and its habits: the constants of the formulas in `readings-sql.ts`. */
export interface DeviceProfile {
  /** Place in the fleet, from 0. */
  readonly ordinal: number;
  readonly deviceId: string;
  readonly trait: Trait | undefined;
  /** When within each interval the device reports, 0 (inclusive) to 1 (exclusive). */
  readonly reportsAt: number;
  /** From one full charge to the next. */
  readonly cycleHours: number;
  /** How far into its cycle the device is at the epoch. */
  readonly phaseHours: number;
  /** Part of the cycle that is spent discharging, 0 to 1. */
  readonly dischargeShare: number;
  /** Charge when full, %. */
  readonly fullSoc: number;
  /** Charge when the device goes back to its charger, %: between this and `emptySpread` more. */
  readonly emptySoc: number;
  readonly emptySpread: number;
  /** Busy spells in each discharge, and how far the load swings around its mean, 0 to 1. */
  readonly spells: number;
  readonly swing: number;
  readonly capacityAh: number;
  readonly resistanceOhm: number;
  /** What the site adds to the weather and by how much it follows the time of day, °C. */
  readonly siteWarmth: number;
  readonly dayAmplitude: number;
  /** What a mean load and a charge add to the temperature, °C. */
  readonly loadHeat: number;
  readonly chargeHeat: number;
}

const TRAITS: ReadonlyMap<number, Trait> = new Map([
  [6, 'silent'],
  [11, 'hot'],
  [18, 'low'],
]);

/** Hours from charge to charge: three shifts, two shifts, every night, and packs that see a charger now and then. */
const RHYTHMS = [
  { cycleHours: 8, dischargeShare: 0.66 },
  { cycleHours: 12, dischargeShare: 0.7 },
  { cycleHours: 24, dischargeShare: 0.68 },
  { cycleHours: 24, dischargeShare: 0.74 },
  { cycleHours: 41, dischargeShare: 0.85 },
];

/**
 * The profiles of a fleet, ordered by device id. The same seed gives the same fleet. The traits fall on `pack-007`, `pack-012` and `pack-019`, where there are so many.
 */
export function createFleet(devices: number, seed: number): DeviceProfile[] {
  const draw = seededDraw(seed);
  const digits = Math.max(3, String(devices).length);
  return Array.from({ length: devices }, (_, ordinal) =>
    withTrait({
      ordinal,
      deviceId: `pack-${String(ordinal + 1).padStart(digits, '0')}`,
      trait: undefined,
      ...drawHabits(draw),
    }),
  );
}

function drawHabits(draw: Draw): Omit<DeviceProfile, 'ordinal' | 'deviceId' | 'trait'> {
  const rhythm = RHYTHMS[Math.floor(draw(0, RHYTHMS.length))] ?? { cycleHours: 24, dischargeShare: 0.7 };
  return {
    reportsAt: draw(0, 1),
    cycleHours: rhythm.cycleHours * draw(0.985, 1.015),
    phaseHours: draw(0, rhythm.cycleHours),
    dischargeShare: rhythm.dischargeShare,
    fullSoc: draw(93, 99.5),
    emptySoc: draw(14, 34),
    emptySpread: draw(8, 22),
    spells: Math.floor(draw(2, 7)),
    swing: draw(0.3, 0.9),
    capacityAh: draw(36, 60),
    resistanceOhm: draw(0.035, 0.07),
    siteWarmth: draw(-3, 4),
    dayAmplitude: draw(3.5, 6.5),
    loadHeat: draw(3, 6),
    chargeHeat: draw(5, 10),
  };
}

function withTrait(profile: DeviceProfile): DeviceProfile {
  const trait = TRAITS.get(profile.ordinal);
  switch (trait) {
    case 'hot':
      return { ...profile, trait, siteWarmth: 9, loadHeat: 16, chargeHeat: 21 };
    case 'low':
      return { ...profile, trait, fullSoc: 24, emptySoc: 3, emptySpread: 5 };
    default:
      return { ...profile, trait };
  }
}

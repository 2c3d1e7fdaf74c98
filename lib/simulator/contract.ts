/** The contract side of a usage point, in both generations, reduced to the documented fields. */
import { measures } from './meter';
import type { UsagePointSpec } from './usage-points';

/** The off-peak hours as Enedis writes them; how it writes those of two seasons isn't known. */
function offPeakOf({ offer }: UsagePointSpec): string {
  return `HC (${offer?.offPeak?.winter ?? '22H00-6H00'})`;
}

/** `situation_contrat_auto`: one entry for what is drawn, one for what is injected. */
export function contractSituation(usagePointId: string, spec: UsagePointSpec): object[] {
  const shared = {
    usage_point_id: usagePointId,
    contract_start: `${spec.activatedOn ?? '2018-02-11'}T00:00:00+0100`,
    contractor: 'FOURNISSEUR SIMULE',
    customer: { customer: { adress: { line1: 'MME CAMILLE DURAND', line6: '37000 TOURS' } } },
    contact_data: { email: 'camille.durand@example.org' },
    person: { title: 'Mme', lastname: 'DURAND', firstname: 'CAMILLE' },
  };
  const drawn = {
    ...shared,
    contract_type: 'Contrat GRD-F',
    distribution_tariff: 'Tarif BT ≤ 36 kVA, moyenne utilisation, à différenciation temporelle',
    subscribed_power: { unit: 'kVA', value: String(spec.subscribedKva ?? 9) },
    segment: 'C5',
  };
  const injected = {
    ...shared,
    contract_type: 'Contrat GRD-A',
    distribution_tariff: 'Tarif d’injection BT ≤ 36 kVA',
    segment: 'P4',
  };
  return [
    ...(measures(spec, 'consumption') ? [drawn] : []),
    ...(measures(spec, 'production') ? [injected] : []),
  ];
}

/** `synth_contrat_auto`. */
export function contractSynthesis(spec: UsagePointSpec): object {
  const since = spec.activatedOn ?? '2018-02-11';
  return {
    segments: contractSituation('', spec).map((entry) => ({
      segment: (entry as { segment: string }).segment,
    })),
    ...(measures(spec, 'consumption') && { consumption_last_activation_date: since }),
    ...(measures(spec, 'production') && { generation_last_activation_date: since }),
    last_subscribed_power_change_date: since,
    services_level: 'Communicant (ouvert aux services)',
  };
}

/** `comptage_auto`. */
export function metering(spec: UsagePointSpec): object {
  return {
    dispositifComptage: { typeComptage: { code: 'AMM', libelle: 'Linky' } },
    compteurs: [],
    relais: { plageHeuresCreuses: offPeakOf(spec) },
  };
}

/** The v5 `contracts`. */
export function contractV5(usagePointId: string, spec: UsagePointSpec): object {
  return {
    customer: {
      customer_id: '-1136096876',
      usage_points: [
        {
          usage_point: { usage_point_id: usagePointId, usage_point_status: 'com', meter_type: 'AMM' },
          contracts: {
            segment: measures(spec, 'consumption') ? 'C5' : 'P4',
            subscribed_power: `${spec.subscribedKva ?? 9} kVA`,
            last_activation_date: `${spec.activatedOn ?? '2018-02-11'}+01:00`,
            distribution_tariff: 'BTINFMUDT',
            offpeak_hours: offPeakOf(spec),
            contract_type: 'Contrat GRD-F',
            contract_status: 'SERVC',
            last_distribution_tariff_change_date: '2018-02-11+01:00',
          },
        },
      ],
    },
  };
}

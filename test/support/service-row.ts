/** A row of Enedis' list of subscribed services, as tests vary it. */

/** The daily energy drawn from a meter that the simulator knows, in force. */
export function serviceRow(changes: object): object {
  return {
    pointId: '22516914714270',
    etatCode: 'ACTIF',
    mesuresTypeCode: 'ENERGIE',
    soutirage: true,
    injection: false,
    dateDebut: '2026-10-05',
    ...changes,
  };
}

/** Examples to start a custom offer from, with the prices left to type: rules as the runtime reads them. */

/** By the word that their name has in the catalogue. A new one is a row here and a name in each language. */
export const TEMPLATES: Readonly<Record<string, object>> = {
  weekend: {
    periods: { HC: 'Week-end', HP: 'Semaine' },
    rules: [{ period: 'HC', weekdays: ['sat', 'sun'] }, { period: 'HP' }],
  },
  nights: {
    periods: { HC: 'Heures creuses', HP: 'Heures pleines' },
    rules: [
      { period: 'HC', weekdays: ['sat', 'sun'] },
      { period: 'HC', holiday: true },
      { period: 'HC', time: ['23:00-06:00'] },
      { period: 'HP' },
    ],
  },
  super: {
    periods: { HSC: 'Heures super creuses', HC: 'Heures creuses', HP: 'Heures pleines' },
    rules: [
      { period: 'HSC', time: ['02:00-06:00'] },
      { period: 'HC', time: ['23:00-07:00'] },
      { period: 'HP' },
    ],
  },
  seasons: {
    periods: { HCH: 'Creuses hiver', HPH: 'Pleines hiver', HCE: 'Creuses été', HPE: 'Pleines été' },
    seasons: { summer: ['04-01', '10-31'], winter: ['11-01', '03-31'] },
    rules: [
      { period: 'HCE', season: 'summer', time: ['11:00-17:00'] },
      { period: 'HPE', season: 'summer' },
      { period: 'HCH', time: ['00:00-07:00', '13:00-16:00'] },
      { period: 'HPH' },
    ],
  },
  redDays: {
    periods: { RED: 'Jours rouges', HC: 'Heures creuses', HP: 'Heures pleines' },
    calendar: 'tempo',
    dayStartsAt: '00:00',
    rules: [
      { period: 'RED', day: ['red'], time: ['06:00-22:00'] },
      { period: 'HC', time: ['21:00-07:00'] },
      { period: 'HC', season: 'summer', time: ['11:00-17:00'] },
      { period: 'HP' },
    ],
  },
};

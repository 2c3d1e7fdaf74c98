/** Every offer with a name: a new one is a file beside this and a row here. */
import type { Offer, OfferKind } from '../terms';
import { base } from './base';
import { ejp } from './ejp';
import { hphc } from './hphc';
import { tempo } from './tempo';

/** By the word that is saved; a custom tariff brings its own rules. */
export const OFFERS: Readonly<Record<Exclude<OfferKind, 'custom'>, Offer>> = { base, hphc, tempo, ejp };

/**
 * Says at a start of Node-RED that its flows have a meter but there is no data folder: in a container whose `/data` isn't
 * kept the count of requests begins at zero each time, and some restarts in a row get an address banned.
 */
import { existsSync } from 'node:fs';
import type { NodeAPI } from 'node-red';
import { findGateway } from '../../lib/gateways';
import { folderOf } from '../shared/services';
import { text } from '../shared/words';

/** Of Node-RED's event; a deploy has a `diff`, flows that are loaded have none. */
interface Starting {
  config: { flows: { type: string; gateway?: string; d?: boolean }[] };
  diff?: object;
}

/** Once, before the first flows after Node-RED's start are made. Simulated meters count no requests. */
export function warnOfNewFolder(RED: NodeAPI): void {
  RED.events.once('flows:starting', ({ config, diff }: Starting) => {
    const folder = folderOf(RED);
    const isReal = config.flows.some(
      ({ type, gateway, d }) =>
        type === 'enedis-config' && d !== true && findGateway(gateway)?.isSimulated !== true,
    );
    // Looked at before any node begins to fill it.
    if (diff || !isReal || folder === undefined || existsSync(folder)) return;
    RED.log.warn(text(RED, 'enedis-config', 'log.folderNew', { folder }));
  });
}

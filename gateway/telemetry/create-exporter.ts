import type { OtlpProtocol } from '../config/otlp-protocol.ts';
import { collectorTimeoutMs, toSignalUrl } from './collector.ts';

interface ExporterPlace {
  /** The collector's base URL, or the whole URL of the signal. */
  readonly collector: string;
  readonly protocol: OtlpProtocol;
  readonly signal: 'traces' | 'metrics';
}

type ExporterClass<Exporter> = new (settings: { readonly url: string; readonly timeoutMillis: number }) => Exporter;

/**
 * Creates an exporter of OpenTelemetry.
 * @param load loads its class, by protocol: what is not spoken is not loaded
 */
export async function createExporter<Exporter>(
  { collector, protocol, signal }: ExporterPlace,
  load: Readonly<Record<OtlpProtocol, () => Promise<ExporterClass<Exporter>>>>,
): Promise<Exporter> {
  const ExporterOfProtocol = await load[protocol]();
  const url = protocol === 'grpc' ? collector : toSignalUrl(collector, signal);
  return new ExporterOfProtocol({ url, timeoutMillis: collectorTimeoutMs });
}

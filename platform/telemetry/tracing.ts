import {
  context,
  isSpanContextValid,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor, type SpanProcessor } from '@opentelemetry/sdk-trace-base';

/** Traces of one process. Without a collector nothing is recorded, and a span costs one function call. */
export interface Tracing {
  readonly enabled: boolean;
  /** Runs `work` inside a span of that service; a thrown error is recorded and thrown on. */
  span<T>(service: string, name: string, attributes: Readonly<Record<string, string | number>>, work: () => Promise<T>): Promise<T>;
  /** Runs `work` as a continuation of a caller's trace. A missing or malformed traceparent starts a new one. */
  continueFrom<T>(traceparent: string | undefined, work: () => T): T;
  /** The W3C traceparent of the span under way, for calls to other processes. */
  traceparent(): string | undefined;
  /** Sends what has been recorded. */
  close(): Promise<void>;
}

/** How long the last spans may take to reach the collector at shutdown. */
const EXPORT_TIMEOUT_MS = 5_000;
/** Spans kept while the collector is slow or away; past it they are dropped. */
const SPAN_QUEUE_MAX = 8_192;

/** Traces to an OTLP collector (`endpoint`, for example http://127.0.0.1:4318); null: off. Tests hand over their own processor instead. */
export const openTracing = (instance: string, endpoint: string | null, processor?: SpanProcessor): Tracing => {
  const processors = processor !== undefined ? [processor] : endpoint === null ? [] : [exportTo(endpoint)];
  return processors.length === 0 ? NO_TRACING : recordTo(instance, processors);
};

const NO_TRACING: Tracing = {
  enabled: false,
  span: (_service, _name, _attributes, work) => work(),
  continueFrom: (_traceparent, work) => work(),
  traceparent: () => undefined,
  close: async () => undefined,
};

const exportTo = (endpoint: string): SpanProcessor =>
  new BatchSpanProcessor(new OTLPTraceExporter({ url: new URL('v1/traces', endpoint.endsWith('/') ? endpoint : `${endpoint}/`).href }), {
    maxQueueSize: SPAN_QUEUE_MAX,
    exportTimeoutMillis: EXPORT_TIMEOUT_MS,
  });

const recordTo = (instance: string, spanProcessors: SpanProcessor[]): Tracing => {
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.namespace': 'fanfare', 'service.instance.id': instance }),
    spanProcessors,
  });
  // The context manager is the one thing of OpenTelemetry that exists once per process; the first runtime in it installs it.
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());

  return {
    enabled: true,
    span: (service, name, attributes, work) =>
      provider
        .getTracer(service)
        .startActiveSpan(name, { kind: SpanKind.INTERNAL, attributes: { ...attributes, 'service.name': service } }, (span) =>
          runIn(span, work),
        ),
    continueFrom: (traceparent, work) => {
      const parent = parseTraceparent(traceparent);
      return parent === undefined ? work() : context.with(trace.setSpanContext(ROOT_CONTEXT, parent), work);
    },
    traceparent: () => {
      const span = trace.getActiveSpan()?.spanContext();
      return span === undefined ? undefined : `00-${span.traceId}-${span.spanId}-${span.traceFlags.toString(16).padStart(2, '0')}`;
    },
    close: () => provider.shutdown(),
  };
};

/** The caller's span of a W3C traceparent header, version 00 or later; undefined when there is none or it is malformed. */
export const parseTraceparent = (traceparent: string | undefined): SpanContext | undefined => {
  const [, version, traceId, spanId, flags] =
    /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/.exec(traceparent ?? '') ?? [];
  if (version === undefined || version === 'ff' || traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  const parent: SpanContext = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
  return isSpanContextValid(parent) ? parent : undefined;
};

const runIn = async <T>(span: Span, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    span.recordException(error instanceof Error ? error : String(error));
    span.setStatus({ code: SpanStatusCode.ERROR });
    throw error;
  } finally {
    span.end();
  }
};

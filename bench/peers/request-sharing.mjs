const header = process.env['FORWARD'];

/** Either a header goes to the subgraphs, or requests in flight share their work. */
export const requestSharing = header
  ? {
      propagateHeaders: {
        fromClientToSubgraphs: ({ request }) => ({ [header]: request.headers.get(header) }),
      },
    }
  : { inboundInflightRequestDeduplication: true };

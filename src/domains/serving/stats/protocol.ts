/** The ways in which an endpoint can be asked, as metrics name them. */
export const protocols = ['native', 'oip-rest', 'oip-grpc', 'mlflow', 'v1'] as const;

/** A way in which an endpoint can be asked. */
export type Protocol = (typeof protocols)[number];

# Three stages: the web page is built with everything, packages are installed by the lockfile without their scripts, and the image
# has what runs alone. For builds that are the same for ever: --build-arg NODE_IMAGE=docker.io/library/node@sha256:…
ARG NODE_IMAGE=docker.io/library/node:24.21.0-bookworm-slim

FROM ${NODE_IMAGE} AS web
WORKDIR /app
COPY package.json package-lock.json ./
COPY sdk/package.json sdk/
COPY web/package.json web/
COPY tools/package.json tools/
COPY examples/flight-delays/package.json examples/flight-delays/
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY sdk sdk
COPY web web
RUN npm run build -w web

FROM ${NODE_IMAGE} AS packages
WORKDIR /app
COPY package.json package-lock.json ./
COPY sdk/package.json sdk/
COPY web/package.json web/
COPY tools/package.json tools/
COPY examples/flight-delays/package.json examples/flight-delays/
# Native files of other systems and processors are taken out.
RUN npm ci --omit=dev --ignore-scripts --workspace sdk --include-workspace-root --no-audit --no-fund \
 && cd node_modules/onnxruntime-node/bin \
 && for files in */*/*; do case "$files" in */"$(node -p 'process.platform + "/" + process.arch')") ;; *) rm -rf "$files" ;; esac; done \
 && find . -type d -empty -delete

FROM ${NODE_IMAGE}
# The ONNX runtime would keep an id of the machine and tell its makers of its use.
ENV NODE_ENV=production ORT_DISABLE_TELEMETRY=1 TIDEMILL_HOME=/data TIDEMILL_HOST=0.0.0.0 TIDEMILL_AUTH=true
WORKDIR /app
COPY package.json ./
COPY bin bin
COPY src src
COPY sdk sdk
COPY --from=packages /app/node_modules node_modules
COPY --from=web /app/dist dist
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 7070
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.TIDEMILL_PORT || 7070) + '/api/v1/health').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "bin/tidemill.js"]
CMD ["server"]

# Two stages: packages and the web page are built with everything; the image runs with what is needed alone.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
COPY sdk/package.json sdk/
COPY web/package.json web/
COPY tools/package.json tools/
COPY examples/flight-delays/package.json examples/flight-delays/
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build -w web \
 && npm prune --omit=dev --no-audit --no-fund \
 && rm -rf node_modules/node-linux-* node_modules/onnxruntime-node/bin/napi-v*/darwin node_modules/onnxruntime-node/bin/napi-v*/win32

FROM node:24-bookworm-slim
ENV NODE_ENV=production TIDEMILL_HOME=/data TIDEMILL_HOST=0.0.0.0 TIDEMILL_AUTH=true
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/bin bin
COPY --from=build /app/src src
COPY --from=build /app/sdk sdk
COPY --from=build /app/dist dist
COPY --from=build /app/node_modules node_modules
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 7070
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:7070/api/v1/health').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "bin/tidemill.js"]
CMD ["server"]

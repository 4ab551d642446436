# A tag can be pushed anew. Where builds have to be the same to the byte, add the digest that your registry gives for it:
# FROM node:24.21.0-bookworm-slim@sha256:…

# The dashboard: static files, for which the packages of development are needed, and nothing of them afterwards.
FROM node:24.21.0-bookworm-slim AS dashboard
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY tsconfig.json ./
COPY dashboard ./dashboard
COPY scripts ./scripts
RUN node scripts/build-dashboard.ts


FROM node:24.21.0-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev
# What is in the image, as CycloneDX. npm leaves out what development needs as well, unless nothing is known of that.
RUN npm pkg delete devDependencies && npm sbom --sbom-format=cyclonedx --sbom-type=application > sbom.cdx.json
COPY src ./src
COPY scripts ./scripts

# DuckDB's httpfs, which reads S3 directly: from DuckDB's site, else from PyPI. Without it the image still works, in
# cached mode. HOME is the one of the user that runs the service, since DuckDB installs extensions below it.
RUN mkdir -p .cache/httpfs /home/node/.duckdb \
  && ( HOME=/home/node node scripts/setup-httpfs.ts \
    || ( apt-get update && apt-get install -y --no-install-recommends python3-pip \
      && HOME=/home/node node scripts/setup-httpfs.ts ) \
    || echo 'The image is built without httpfs: it fetches whole objects into a cache folder' )


FROM node:24.21.0-bookworm-slim
# DuckDB's httpfs trusts the certificates of the system; Node.js brings its own.
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates \
  && rm -rf /var/lib/apt/lists/* \
  && install -d -o node -g node /data \
  && ln -s /app/bin/telemetry-api.js /usr/local/bin/telemetry-api

WORKDIR /app
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/.cache ./.cache
COPY --from=build /app/sbom.cdx.json ./
COPY --from=build --chown=node:node /home/node/.duckdb /home/node/.duckdb
COPY --from=dashboard /app/dashboard/dist ./dashboard/dist
COPY --from=dashboard /app/dashboard/generated/persisted-documents.json ./dashboard/generated/
COPY package.json ./
COPY bin ./bin
COPY queries ./queries
COPY schema ./schema
COPY src ./src

# What is mounted at /data lasts. There is no VOLUME, since Railway refuses images that have one.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8000 STATE_DIR=/data
USER node
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]

# Everything is read but /data and /tmp: it runs with a read-only root file system.
# `docker run … telemetry-api check` and the other commands are there as well.
# The process itself, no shell and no npm: SIGTERM reaches it, and it lets requests finish.
CMD ["node", "src/main.ts"]

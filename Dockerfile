# The image holds node, the libraries it is linked with, `env` for the program's first line, and the program: no shell, no package
# manager, nothing to write to. Its parts come from the official Node.js image alone, which every registry mirror has.
#
#   docker build --tag acr-proxy .
#
# Where Docker Hub or npm's registry is slow or out of reach, name mirrors of them (an image that is built before may be used too):
#
#   docker build --tag acr-proxy \
#     --build-arg NODE_IMAGE=MIRROR/library/node:24.21.0-trixie \
#     --build-arg NPM_REGISTRY=https://registry.npmmirror.com/ .

# The digest is the one that docker-library/repo-info recorded for this tag (its commit 3179cb4d, 19 September 2026).
ARG NODE_IMAGE=docker.io/library/node:24.21.0-trixie@sha256:acd6b1bc507facfd69a145935a7409a8686d2faf57dfc3f242de642c8e0b2b07

FROM ${NODE_IMAGE} AS runtime
# ldd names the programs and what they are linked with, which differs by architecture. An eighth of node is for debuggers only.
RUN mkdir /runtime \
  && ldd /usr/local/bin/node /usr/bin/env | grep -o '/[^ ():]*' | sort -u | xargs cp --parents --dereference --target-directory=/runtime \
  && strip --strip-unneeded /runtime/usr/local/bin/node \
  && ln -s /app/dist/src/main.js /runtime/usr/local/bin/acr-proxy

FROM ${NODE_IMAGE} AS build
ARG NPM_REGISTRY=https://registry.npmjs.org/
ENV npm_config_registry=${NPM_REGISTRY} npm_config_fund=false npm_config_audit=false
WORKDIR /build
COPY . .
# What is packed is what the npm package holds; dependencies are those of the lock file. Native code is compiled by `npm ci`.
RUN npm ci && npm prune --omit=dev --ignore-scripts && npm pack --ignore-scripts --silent \
  && mkdir /app && tar --extract --gzip --file acr-proxy-*.tgz --directory /app --strip-components=1 \
  && cp --recursive node_modules /app/ && find /app/node_modules -regex '.*\.\([cm]?ts\|map\|md\|markdown\)' -delete \
  && find . -path './build/Release/*.node' -not -path '*/obj.target/*' -exec cp --parents '{}' /app ';' \
  && chmod +x /app/dist/src/main.js

FROM scratch
LABEL org.opencontainers.image.title="acr-proxy" \
  org.opencontainers.image.description="TCP/TLS passthrough reverse proxy for Alibaba Cloud Container Registry" \
  org.opencontainers.image.version="0.1.0" \
  org.opencontainers.image.licenses="Apache-2.0"
COPY --from=runtime /runtime /
COPY --from=build /app /app
ENV PATH=/usr/local/bin NODE_ENV=production
# Nobody, by number: there is no /etc/passwd. Docker lets every user of a container's own network listen on ports below 1024.
USER 65532:65532
EXPOSE 443 80
# It finds the admin listener as the proxy does: by ACR_PROXY_* variables, ACR_PROXY_CONFIG among them, not by arguments of serve.
HEALTHCHECK --interval=30s --timeout=10s --start-period=20s --retries=3 CMD ["acr-proxy", "status", "--check"]
ENTRYPOINT ["acr-proxy"]
CMD ["serve"]

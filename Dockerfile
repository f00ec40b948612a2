# The base of both stages: Debian with Node and npm. A mirror's or a hardened one will do, if it has apt.
ARG BASE=node:24-bookworm-slim

FROM ${BASE} AS build
WORKDIR /build
COPY package.json package-lock.json ./
# No install script has to run: esbuild's program comes as a package of its own, and the others' are for tests.
RUN npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
COPY build build
COPY src src
RUN node build/bundle.ts

FROM ${BASE}
# jq runs users' filters; tini is PID 1, hands signals on and buries what operators' shells leave behind. tar, which
# `oc cp` and `oc rsync` need in here, is part of every Debian. The job installs nothing, so npm and its like go:
# scanners find holes in them that nobody here can reach.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends jq tini \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/cache/debconf/* /var/log/* \
    /usr/local/lib/node_modules /usr/local/include /opt/yarn* \
    /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /usr/local/bin/yarn* \
 # Without a volume, the place for one: writable for the group 0 that OpenShift gives every user.
 && install --directory --mode=2770 --group=0 /openshift-backup
COPY package.json LICENSE /usr/local/lib/openshift-backup/
COPY --from=build /build/dist /usr/local/lib/openshift-backup/dist
RUN ln -s ../lib/openshift-backup/dist/main.js /usr/local/bin/openshift-backup

ARG VERSION=1.0.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="openshift-backup" \
      org.opencontainers.image.description="Nightly, readable backups of everything a service account may list in an OpenShift or Kubernetes cluster" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"

ENV NODE_ENV=production HOME=/tmp
WORKDIR /openshift-backup
# A number, so that runAsNonRoot can be checked; OpenShift puts another in its place.
USER 1001:0
ENTRYPOINT ["tini", "--", "openshift-backup"]
CMD []

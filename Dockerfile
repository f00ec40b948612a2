# Base image of both stages: Debian with Node.js and npm. A mirrored or hardened image works, too, if it has apt.
ARG BASE=node:24-bookworm-slim
# Only for --target rehearsal: the images of Kubernetes with the two programs. The digest, of the index for all
# architectures, decides; the tag is for readers. To look up the digest of another version, which shows what an upgrade to
# it would refuse: skopeo inspect --format '{{.Digest}}' docker://registry.k8s.io/kube-apiserver:v1.37.2
ARG KUBE_APISERVER=registry.k8s.io/kube-apiserver:v1.36.3@sha256:b4bc06c81fd76f81174e6c19ddacf477acdf1583e7a5846ebbd513493aef6e43
ARG ETCD=registry.k8s.io/etcd:3.6.8-0@sha256:397189418d1a00e500c0605ad18d1baf3b541a1004d768448c367e48071622e5

FROM ${BASE} AS build
WORKDIR /build
COPY package.json package-lock.json ./
# Install scripts are not needed: esbuild's binary is a separate package, and the other scripts are for tests.
RUN npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
COPY build build
COPY src src
RUN node build/bundle.ts

FROM ${BASE} AS program
# jq runs filters. tini is PID 1: it forwards signals and reaps orphaned processes. tar, which `oc cp` and `oc rsync` need,
# is part of Debian. npm, yarn and corepack are removed: nothing uses them, and scanners report vulnerabilities in them.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends jq tini \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/cache/debconf/* /var/log/* \
    /usr/local/lib/node_modules /usr/local/include /opt/yarn* \
    /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /usr/local/bin/yarn* \
 # The mount point of the volume, writable for group 0, in which OpenShift runs every user.
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
# A numeric UID, so that runAsNonRoot can be checked. OpenShift assigns another one.
USER 1001:0
ENTRYPOINT ["tini", "--", "openshift-backup"]
CMD []

FROM ${KUBE_APISERVER} AS kube-apiserver
FROM ${ETCD} AS etcd

# The image of `rehearse`: the same with etcd and kube-apiserver, which take up 130 MB.
FROM program AS rehearsal
COPY --from=etcd /usr/local/bin/etcd /usr/local/lib/openshift-backup/control-plane/
COPY --from=kube-apiserver /usr/local/bin/kube-apiserver /usr/local/lib/openshift-backup/control-plane/

# The image that is built without --target.
FROM program

# The image of any service: `docker build -t dulle .`, or without a container engine
# `podman build --isolation chroot --network host -t dulle .`. Where no registry can be reached,
# deploy/image-from-debian makes the two base images.
ARG BUILD_IMAGE=rust:1.95-bookworm
ARG RUN_IMAGE=debian:12-slim

FROM ${BUILD_IMAGE} AS tools
WORKDIR /src
# Only what says which tools are wanted, so that a change of the sources doesn't compile the tools again.
COPY Cargo.lock ./
COPY scripts/setup scripts/
COPY scripts/lib scripts/lib/
COPY scripts/setup.d scripts/setup.d/
COPY end2end/package.json end2end/package-lock.json end2end/.npmrc end2end/
RUN scripts/setup build && rm -rf /var/lib/apt/lists/*

FROM tools AS build
COPY . .
RUN scripts/build release \
    && mkdir /out \
    && cp -r target/release/dulle target/release/hash.txt target/site /out/

FROM ${RUN_IMAGE}
# Photos; the database is elsewhere. A volume mounted here must be writable for the user below.
RUN install -d -o 10001 -g 10001 /data
# The names of the site's files are read from hash.txt beside the program, the site itself from the folder beside it.
COPY --from=build /out /opt/dulle
WORKDIR /data
# A number, so that Kubernetes can tell that it isn't root.
USER 10001:10001
ENV DULLE_ADDR=0.0.0.0:3000 DULLE_ADMIN_ADDR=0.0.0.0:3001 DULLE_DATA=/data
EXPOSE 3000 3001
# DATABASE_URL must be given: there is no Postgres in here.
ENTRYPOINT ["/opt/dulle/dulle"]
CMD ["serve"]

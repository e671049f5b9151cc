# Two programs in one image: `drover` (the default) and `drover-engine` (--entrypoint drover-engine).
FROM swift:6.3-bookworm AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpq-dev zlib1g-dev pkg-config \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY Package.swift ./
COPY Sources Sources
COPY Tests Tests
COPY Benchmarks Benchmarks
RUN --mount=type=cache,target=/source/.build \
    swift build -c release --static-swift-stdlib --product drover \
    && swift build -c release --static-swift-stdlib --product drover-engine \
    && mkdir /out && cp .build/release/drover .build/release/drover-engine /out/

FROM debian:12-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates curl libpq5 zlib1g \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --create-home drover \
    && install -d -o drover -g drover /persist
COPY --from=build /out/drover /out/drover-engine /usr/local/bin/
COPY Migrations /usr/share/drover/Migrations
COPY Converters /usr/share/drover/Converters
ENV DROVER_MIGRATIONS=/usr/share/drover/Migrations DROVER_CONVERTERS=/usr/share/drover/Converters
USER drover
WORKDIR /home/drover
EXPOSE 8080 8443
ENTRYPOINT ["drover"]
CMD ["serve"]

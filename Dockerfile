# Two programs in one image: `drover` (the default) and `drover-engine` (--entrypoint drover-engine). With
# `--target converting` also bubblewrap and an interpreter with converters (docs/conversion.md).
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

FROM debian:12-slim AS plain
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

FROM plain AS converting
USER root
RUN apt-get update \
    && apt-get install -y --no-install-recommends bubblewrap python3 python3-venv \
    && rm -rf /var/lib/apt/lists/* \
    && python3 -m venv /opt/drover-converters \
    && /opt/drover-converters/bin/pip install --no-cache-dir \
        scikit-learn==1.7.2 xgboost-cpu==2.1.4 onnx==1.20.1 skl2onnx==1.20.0 onnxmltools==1.16.0
ENV DROVER_CONVERSION_PYTHON=/opt/drover-converters/bin/python
USER drover

# The default.
FROM plain

# Two images of one build:
#
#   docker build --target job   -t flink-vision:0.1.0 .          Flink with the jobs in it
#   docker build --target tools -t flink-vision-tools:0.1.0 .    the commands of bin/vision

FROM maven:3.9.11-eclipse-temurin-17 AS build
WORKDIR /src
COPY pom.xml LICENSE NOTICE ./
COPY src/main src/main
RUN mvn -B --no-transfer-progress package -Dmaven.test.skip=true
COPY bin bin
COPY conf conf
COPY jobs jobs
# A folder for bin/vision: the jar of its classes and the libraries of their class path.
RUN mkdir -p /opt/flink-vision/lib /opt/flink-vision/target \
    && tr ':' '\n' < target/launcher.classpath | xargs cp -t /opt/flink-vision/lib \
    && sed 's|[^:]*/|/opt/flink-vision/lib/|g' target/launcher.classpath > /opt/flink-vision/target/launcher.classpath \
    && cp -p target/launcher.jar /opt/flink-vision/target/ \
    && cp -r bin conf jobs pom.xml LICENSE NOTICE /opt/flink-vision/


# The official image uses jemalloc, and has the Prometheus reporter in its plugins folder.
FROM flink:2.2.1-scala_2.12-java17 AS job
# The base image runs as Flink's user, who cannot install packages.
USER root
# Decodes JPEGs in a third to a half of the time of OpenCV's own decoder.
RUN apt-get update && apt-get install -y --no-install-recommends libturbojpeg && rm -rf /var/lib/apt/lists/*
# Jars and their folders belong to root, so that a compromised process cannot change what the next one runs. OpenCV and
# ONNX Runtime are in lib/: once per process, not once per job.
RUN chown root:root /opt/flink/lib
COPY --from=build /src/target/flink-vision-0.1.0-natives.jar /opt/flink/lib/
# FFmpeg, for jobs that read cameras; docs/cameras.md.
COPY --from=build /src/target/flink-vision-0.1.0-ffmpeg.jar /opt/flink/lib/
COPY --from=build /src/target/flink-vision-0.1.0.jar /opt/flink/usrlib/flink-vision.jar
# The image's entry point writes addresses and ports into config.yaml, so it belongs to the user.
COPY --chown=flink:flink conf/flink/ /opt/flink/conf/
COPY jobs /opt/flink/jobs
COPY conf/models/triage /opt/flink/conf/models/triage
COPY LICENSE NOTICE /opt/flink/licences/
# A volume mounted here takes over the owner of this folder.
RUN install --directory --owner=flink --group=flink /opt/flink/state
# The user flink of the base image as a number: from a name, Kubernetes cannot tell that it is not root.
USER 9999:9999


FROM eclipse-temurin:17.0.15_6-jre-noble AS tools
RUN apt-get update && apt-get install -y --no-install-recommends libturbojpeg && rm -rf /var/lib/apt/lists/*
RUN useradd --system --create-home --home-dir /var/lib/flink-vision vision
COPY --from=build /opt/flink-vision /opt/flink-vision
# Class data for this Java, and unpacked native libraries: no user of the image could write them.
RUN VISION_ARCHIVE=now /opt/flink-vision/bin/vision --version
# The feeder remembers in /var/lib/flink-vision what it has sent.
ENV XDG_STATE_HOME=/var/lib
WORKDIR /opt/flink-vision
USER vision
ENTRYPOINT ["/opt/flink-vision/bin/vision"]
CMD ["--help"]

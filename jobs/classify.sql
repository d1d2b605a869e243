-- The pictures of a Kafka topic in, the label of each on another topic out, in Flink SQL.
--
--   mvn package -DskipTests
--   sql-client.sh -f jobs/classify.sql
--
-- To be run in the project's folder, which the paths below start from. What to change: the brokers' addresses, and the
-- model. docs/sql.md explains the rest.

-- The model's folder, which travels with the query to the TaskManagers under this name.
SET 'pipeline.cached-files' = 'name:triage,path:conf/models/triage';

SET 'pipeline.name' = 'classify-sql';
SET 'execution.checkpointing.interval' = '10 s';

-- The models' provider, and the Kafka connector.
ADD JAR 'target/flink-vision-0.1.0.jar';

-- Each column of OUTPUT may be left out. A folder that every TaskManager can read goes too:
-- 'bundle' = 's3://bucket/models/triage'
CREATE TEMPORARY MODEL triage
INPUT (picture BYTES)
OUTPUT (
  label STRING,
  score FLOAT,
  labels ARRAY<ROW<label STRING, score FLOAT>>,
  error_code STRING,
  error_message STRING
) WITH (
  'provider' = 'flink-vision',
  'bundle' = 'triage',
  'top-k' = '3'
);

CREATE TEMPORARY TABLE images (
  camera STRING,
  picture BYTES,
  headers MAP<STRING, BYTES> METADATA VIRTUAL,
  `topic` STRING METADATA VIRTUAL,
  `partition` INT METADATA VIRTUAL,
  `offset` BIGINT METADATA VIRTUAL
) WITH (
  'connector' = 'kafka',
  'topic' = 'images',
  'properties.bootstrap.servers' = 'localhost:9092',
  'properties.group.id' = 'classify-sql',
  'properties.auto.offset.reset' = 'earliest',
  'scan.startup.mode' = 'group-offsets',
  'key.format' = 'raw',
  'key.fields' = 'camera',
  'value.format' = 'raw',
  'value.fields-include' = 'EXCEPT_KEY'
);

-- A topic of its own: the job of jobs/classify.yaml writes more about each picture, in another form.
CREATE TEMPORARY TABLE labels (
  camera STRING,
  id STRING,
  capture_time TIMESTAMP_LTZ(3),
  label STRING,
  score FLOAT,
  labels ARRAY<ROW<label STRING, score FLOAT>>,
  error_code STRING,
  error_message STRING,
  headers MAP<STRING, BYTES> METADATA
) WITH (
  'connector' = 'kafka',
  'topic' = 'labels-sql',
  'properties.bootstrap.servers' = 'localhost:9092',
  'key.format' = 'raw',
  'key.fields' = 'camera',
  'value.format' = 'json',
  'value.fields-include' = 'EXCEPT_KEY',
  'value.json.timestamp-format.standard' = 'ISO-8601'
);

INSERT INTO labels
SELECT
  camera,
  `topic` || '-' || CAST(`partition` AS STRING) || '-' || CAST(`offset` AS STRING),
  TO_TIMESTAMP_LTZ(TRY_CAST(DECODE(headers['capture-time'], 'UTF-8') AS BIGINT), 3),
  label,
  score,
  labels,
  error_code,
  error_message,
  headers
FROM ML_PREDICT(TABLE images, MODEL triage, DESCRIPTOR(picture));

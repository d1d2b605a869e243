package io.flinkvision.job.pipeline;

import io.flinkvision.job.operator.AnsweredPicture;
import io.flinkvision.job.operator.PictureSettings;
import io.flinkvision.job.operator.PicturesFunction;
import io.flinkvision.job.operator.RecordTypeInformation;
import io.flinkvision.job.record.Classification;
import io.flinkvision.job.record.RawRecord;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/**
 * What a classify job sends to the topic of pictures. All of it is in the classify operator's threads, so that pictures
 * are neither copied nor sent through the network of the cluster:
 *
 * <pre>
 * classify ─► pictures ─► pictures-topic
 * </pre>
 *
 * @param topic where the pictures go
 * @param largestRecord bytes of the largest record that can be sent there
 */
public record PicturePipeline(Sink<RawRecord> topic, int largestRecord) {

    /** Adds the operators behind the classify operator. */
    void addTo(SingleOutputStreamOperator<Classification> classified, JobDefinition job) {
        PictureSettings settings = new PictureSettings(job.get(JobOptions.PICTURES_EVERY),
                job.get(JobOptions.PICTURES_ON_CHANGE), job.get(JobOptions.PICTURES_QUALITY), largestRecord);
        classified.getSideOutput(AnsweredPicture.TAG)
                .process(new PicturesFunction(settings), RecordTypeInformation.RAW_RECORD)
                .name("pictures").uid("pictures").setParallelism(classified.getParallelism())
                .sinkTo(topic)
                .name("pictures-topic").uid("pictures-topic").setParallelism(classified.getParallelism());
    }
}

package io.flinkvision.tools.wall;

import io.flinkvision.job.pipeline.JobOptions;
import io.flinkvision.tools.ToolException;
import io.flinkvision.tools.teach.BoxFeatures;
import io.flinkvision.tools.teach.BoxNetwork;
import io.flinkvision.tools.teach.FrameThumbnails;
import io.flinkvision.tools.teach.KnownPast;
import io.flinkvision.tools.teach.Proposals;
import io.flinkvision.tools.teach.RegionTeacher;
import io.flinkvision.tools.teach.SeenFrame;
import io.flinkvision.tools.teach.SeenFrames;
import io.flinkvision.tools.teach.TeachingFolder;
import io.flinkvision.tools.wall.Problems.Kind;
import io.flinkvision.tools.wall.TeachHandler.Action;
import io.flinkvision.tools.watch.OutputRecord.Classified;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All that a wall needs to teach. The job's model is opened, and its network loaded, by the first request that needs it.
 * Thread-safe.
 */
final class TeachingParts implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TeachingParts.class);

    private static final int TEACHING_THREADS = 2;

    private final InstantSource clock;
    private final WatchedJob job;
    private final SeenFrames seen = new SeenFrames();
    private final JobModel model;
    private final TeachingFolder folder;
    private final TopicRegions topic;
    private final TaughtRegions regions;
    private final FrameFetcher fetcher;
    private final FrameIds frames;
    private final AnsweredFrames answered;
    private final LabelsPast labels;
    private final KnownPast past;
    private final FrameThumbnails thumbnails;

    /** The parts that were opened, the last one first. */
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();

    private volatile Optional<Loaded> loaded = Optional.empty();

    /** What needs the job's model. */
    private record Loaded(BoxNetwork network, RegionExamples examples, Proposals proposals, RegionTeacher teacher) {}

    /** @throws ToolException if the folder cannot be used */
    TeachingParts(TeachingSettings settings, WatchedJob job, Cameras cameras, Problems problems, InstantSource clock) {
        this.clock = clock;
        this.job = job;
        try {
            folder = part(TeachingFolder.open(settings.folder(), TeachingFolder.Limits.of(job.limits().maxBytes()),
                    (picture, box) -> network().features(picture, box).map(BoxFeatures::fingerprint), clock));
            List<String> leftOut = folder.problems();
            if (!leftOut.isEmpty()) {
                problems.set(Kind.FOLDER, leftOut.get(0) + (leftOut.size() == 1 ? "."
                        : ", and there are " + (leftOut.size() - 1) + " more such folders."));
            }
            // Their frames are there when somebody asks, without a look at the past.
            folder.regions().forEach(region -> seen.watch(region.key().camera()));
            model = part(new JobModel(settings.job(), sentence -> sentence.ifPresentOrElse(
                    text -> problems.set(Kind.MODEL, text + "."), () -> problems.clear(Kind.MODEL)), clock));
            topic = part(new TopicRegions(settings.heads(), model, clock));
            regions = new TaughtRegions(cameras, topic, folder);
            answered = new AnsweredFrames(seen, job.inputTopics());
            labels = new LabelsPast(job, answered);
            past = new KnownPast(seen, labels, clock);
            fetcher = part(new FrameFetcher(job, settings.job().get(JobOptions.SOURCE_VALUE),
                    reason -> problems.ended("Reading frames to teach", reason)));
            frames = new FrameIds(fetcher);
            thumbnails = part(new FrameThumbnails(job.pictureLimits()));
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private <T extends AutoCloseable> T part(T part) {
        parts.push(part);
        return part;
    }

    /** The requests that change nothing, by the ends of their addresses. */
    Map<String, Action> reads() {
        PictureRequests pictures = new PictureRequests(this);
        return Map.of(
                "", request -> new TeachHandler.Answer.Json(TeachJson.user(request.user()).toString()),
                "/regions", new RegionRequests(regions, topic, folder)::list,
                "/proposals", pictures::proposals,
                "/picture", pictures::picture,
                "/taught", pictures::taught,
                "/why", pictures::why,
                "/state", new TeachingRequests(this)::state,
                "/review", new ReviewRequests(this)::questions);
    }

    /** The requests that change something, likewise. */
    Map<String, Action> changes() {
        RegionRequests ofRegions = new RegionRequests(regions, topic, folder);
        return Map.of(
                "/regions", ofRegions::put,
                "/remove", ofRegions::remove,
                "/publish", ofRegions::publish,
                "/back", ofRegions::back,
                "/label", new PictureRequests(this)::label,
                "/teach", new TeachingRequests(this)::teach,
                "/review", new ReviewRequests(this)::judge);
    }

    /** Takes an answer of the job, whose frame may be worth a label. */
    void take(Classified record) {
        answered.take(record);
    }

    Instant now() {
        return clock.instant();
    }

    TaughtRegions regions() {
        return regions;
    }

    FrameIds frames() {
        return frames;
    }

    FrameThumbnails thumbnails() {
        return thumbnails;
    }

    /** @throws RefusedRequestException if the job's model cannot be opened */
    BoxNetwork network() {
        return loaded().network();
    }

    /** Likewise. */
    RegionExamples examples() {
        return loaded().examples();
    }

    /** Likewise. */
    Proposals proposals() {
        return loaded().proposals();
    }

    /** Likewise. */
    RegionTeacher teacher() {
        return loaded().teacher();
    }

    private Loaded loaded() {
        return loaded.orElseGet(this::load);
    }

    private synchronized Loaded load() {
        if (loaded.isEmpty()) {
            JobModel.Model opened = model.get();
            BoxNetwork network = part(new BoxNetwork(opened.bundle(), job.limits(), opened.reduction()));
            loaded = Optional.of(new Loaded(network,
                    new RegionExamples(opened.backbone(), network),
                    new Proposals(seen, labels, fetcher, network),
                    part(new RegionTeacher(
                            opened.bundle(), job.limits(), opened.reduction(), TEACHING_THREADS, clock))));
        }
        return loaded.orElseThrow();
    }

    /**
     * The frames of a camera that a job has answered in a span of time, as far as they can still be read.
     *
     * @throws ToolException if the past cannot be read
     */
    List<SeenFrame> answered(String camera, Instant from, Instant until) {
        seen.watch(camera);
        past.read(camera, from, until, SeenFrames.MAX_FRAMES_PER_CAMERA);
        return seen.frames(camera, from, until);
    }

    /** Ends what is being taught, and releases everything; a second call does nothing. */
    @Override
    public synchronized void close() {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                LOG.warn("A part of what teaches could not be closed", e);
            }
        }
    }
}

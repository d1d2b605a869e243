package io.flinkvision.tools.teach;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.configuration.ConfigurationException;
import io.flinkvision.core.head.Head;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.Reduction;
import io.flinkvision.core.image.View;
import io.flinkvision.core.teach.Example;
import io.flinkvision.core.teach.ExampleReader;
import io.flinkvision.core.teach.FeatureFile;
import io.flinkvision.core.teach.LabelledPictures;
import io.flinkvision.core.teach.PictureFolder;
import io.flinkvision.core.teach.Teaching;
import io.flinkvision.core.teach.Teaching.Taught;
import io.flinkvision.core.teach.TeachingException;
import io.flinkvision.core.teach.TeachingSet;
import io.flinkvision.tools.teach.RegionTeacher.Result;
import io.flinkvision.tools.teach.RegionTeacher.Running;
import io.flinkvision.tools.teach.RegionTeacher.State;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The teaching of one region. Whatever comes of it, its state says so. */
final class TeachingSession implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(TeachingSession.class);

    private final RegionFolder region;
    private final Optional<Head> running;
    private final String who;
    private final ModelBundle backbone;
    private final DecodeLimits limits;
    private final Reduction reduction;
    private final int threads;
    private final InstantSource clock;
    private volatile State state = new State.Reading(0, 0);
    private volatile boolean isCancelled;

    TeachingSession(RegionFolder region, Optional<Head> running, String who, ModelBundle backbone,
            DecodeLimits limits, Reduction reduction, int threads, InstantSource clock) {
        this.region = region;
        this.running = running;
        this.who = who;
        this.backbone = backbone;
        this.limits = limits;
        this.reduction = reduction;
        this.threads = threads;
        this.clock = clock;
    }

    State state() {
        return state;
    }

    /** Whether the region was deleted or renamed since. */
    boolean isGone() {
        return region.isGone();
    }

    void cancel() {
        isCancelled = true;
    }

    @Override
    public void run() {
        State end;
        try {
            end = new State.Done(teach());
        } catch (CancellationException e) {
            end = new State.Idle();
        } catch (TeachingException | ConfigurationException | RefusedChange e) {
            LOG.info("{} was not taught: {}", region.key(), e.getMessage());
            end = new State.Failed(e.getMessage());
        } catch (Throwable e) {
            // Also an OutOfMemoryError of too many pictures, which must not end the wall's only teacher.
            LOG.warn("{} was not taught", region.key(), e);
            end = new State.Failed(e.getMessage() == null ? e.toString() : e.getMessage());
        }
        region.endTeaching();
        state = end;
    }

    private void requireNotCancelled() {
        if (isCancelled) {
            throw new CancellationException();
        }
    }

    private Result teach() {
        requireNotCancelled();
        LabelledPictures pictures = PictureFolder.read(region.path(), new View.Region(region.box()));
        pictures.requireTeachable();
        ExampleReader.Reading reading = read(pictures);
        state = new State.Learning();
        TeachingSet set = TeachingSet.of(reading.examples());
        Taught taught = Teaching.teach(set, new Teaching.Request(region.key().region(), backbone.digest(),
                clock.instant().truncatedTo(ChronoUnit.SECONDS)), reading.leftOut(), threads);
        requireNotCancelled();
        Result result = new Result(taught, running.filter(this::fits).map(head -> trial(head, set)));
        region.heads().add(taught.head(), ids(set), who);
        return result;
    }

    private ExampleReader.Reading read(LabelledPictures pictures) {
        int total = pictures.pictures().size();
        state = new State.Reading(0, total);
        FeatureFile.Network network = FeatureFile.Network.of(backbone, reduction);
        FeatureFile known = region.features().read().orElseGet(() -> new FeatureFile(network, List.of()));
        ExampleReader.Reading reading = new ExampleReader(backbone, limits, reduction, files -> {
            requireNotCancelled();
            state = new State.Reading(files, total);
        }).read(pictures.pictures(), known, threads).after(pictures.leftOut());
        region.keep(new FeatureFile(network, reading.pictures()));
        return reading;
    }

    private boolean fits(Head head) {
        return head.description().backboneDigest().equals(backbone.digest());
    }

    private Running trial(Head head, TeachingSet set) {
        HeadTrial trial = HeadTrial.of(head, set.examples());
        Optional<Integer> taughtOn = region.heads().pictures(head.digest())
                .map(taught -> (int) ids(set).stream().filter(taught::contains).count());
        return new Running(head, withoutFeatures(trial), taughtOn);
    }

    private List<String> ids(TeachingSet set) {
        return set.examples().stream().map(example -> region.id(example.source())).toList();
    }

    /** They would stay in memory with the result. */
    private static HeadTrial withoutFeatures(HeadTrial trial) {
        return new HeadTrial(trial.labels(),
                trial.judged().stream()
                        .map(it -> new HeadTrial.Judged(withoutFeatures(it.picture()), it.truth(), it.answer()))
                        .toList(),
                trial.none(),
                trial.unlabelled().stream().map(TeachingSession::withoutFeatures).toList());
    }

    private static Example withoutFeatures(Example example) {
        return new Example(example.source(), example.label(), example.group(), example.digest(),
                example.fingerprint(), new float[0]);
    }
}

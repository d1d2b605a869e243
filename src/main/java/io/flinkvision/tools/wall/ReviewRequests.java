package io.flinkvision.tools.wall;

import io.flinkvision.core.head.Head;
import io.flinkvision.tools.ToolException;
import io.flinkvision.tools.teach.Heads;
import io.flinkvision.tools.teach.RegionFolder;
import io.flinkvision.tools.teach.Reviews;
import io.flinkvision.tools.teach.Reviews.Question;
import io.flinkvision.tools.teach.SeenFrame;
import io.flinkvision.tools.wall.TeachHandler.Answer;
import io.undertow.util.StatusCodes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Answers requests to judge what heads answered in a region. */
final class ReviewRequests {

    private static final Duration WEEK = Duration.ofDays(7);

    private final TeachingParts parts;

    ReviewRequests(TeachingParts parts) {
        this.parts = parts;
    }

    /** Answers to judge, and how good those were that people have judged. */
    Answer questions(TeachRequest request) {
        TaughtRegion region = parts.regions().region(request);
        return answer(region, questions(region));
    }

    private static Answer answer(TaughtRegion region, List<Question> questions) {
        return new Answer.Json(TeachJson.review(questions,
                region.folder().map(kept -> kept.reviews().measured()).orElseGet(List::of)).toString());
    }

    /** Keeps a judgement. */
    Answer judge(TeachRequest request) {
        TaughtRegion region = parts.regions().region(request);
        String id = request.text("id");
        String kind = request.text("kind");
        boolean right = request.flag("right");
        Question question = questions(region).stream()
                .filter(it -> it.answer().id().equals(id) && it.kind().name().toLowerCase(Locale.ROOT).equals(kind))
                .findFirst()
                .orElseThrow(() -> new RefusedRequestException(
                        StatusCodes.NOT_FOUND, "This picture is not, or no longer, one that is to be judged."));
        parts.regions().folder(region, request.user()).reviews().judge(question, right, request.user());
        return questions(request);
    }

    /** The answers of the head that runs now are those since it was published. */
    private List<Question> questions(TaughtRegion region) {
        Optional<RegionFolder> kept = region.folder();
        if (region.head().isEmpty() || kept.isEmpty()) {
            return List.of();
        }
        Head head = region.head().get();
        Instant now = parts.now();
        Instant since = kept.get().heads().published().stream()
                .limit(1).filter(entry -> entry.digest().equals(head.digest())).map(Heads.Entry::at)
                .findFirst().orElse(head.description().taughtAt());
        Instant from = since.isAfter(now.minus(WEEK)) ? since : now.minus(WEEK);
        List<Reviews.Answer> answers = answered(region.key().camera(), from, now).stream()
                .flatMap(frame -> frame.answer(region.key().region()).stream().map(it -> new Reviews.Answer(
                        frame.id(), frame.capturedAt(), head.digest(), it.label(), it.score())))
                .toList();
        return kept.get().reviews().questions(answers, head.digest(), now);
    }

    private List<SeenFrame> answered(String camera, Instant from, Instant until) {
        try {
            return parts.answered(camera, from, until);
        } catch (ToolException e) {
            throw new RefusedRequestException(StatusCodes.SERVICE_UNAVAILABLE, e.getMessage() + ".");
        }
    }
}

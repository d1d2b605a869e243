package io.flinkvision.tools.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinkvision.core.bundle.ModelBundle;
import java.util.Optional;

/** What {@code vision model check} found, for programs to read. */
final class CheckJson {

    private CheckJson() {}

    /** {@code memoryBytes} is absent where the system does not tell, {@code images} where there were none. */
    static ObjectNode of(ModelBundle bundle, BundleTrial trial, Optional<PictureTrial> pictures) {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        result.put("name", bundle.name());
        result.put("network", ModelText.network(bundle));
        result.put("digest", bundle.digest());
        result.put("loadMillis", trial.loadNanos() / 1e6);
        trial.memoryBytes().ifPresent(bytes -> result.put("memoryBytes", bytes));
        result.put("inferenceMillis", trial.inferenceNanos() / 1e6);
        result.put("scoreSum", trial.scoreSum());
        result.put("deterministic", trial.deterministic());
        pictures.ifPresent(trialOfPictures -> result.set("images", of(trialOfPictures)));
        return result;
    }

    private static ObjectNode of(PictureTrial trial) {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        result.put("count", trial.judged().size());
        result.put("top1", trial.top1());
        result.put("top5", trial.top5());
        result.put("pictureMillis", trial.pictureNanos() / 1e6);
        ArrayNode confusions = result.putArray("confusions");
        trial.confusions().forEach(confusion -> confusions.addObject()
                .put("label", confusion.truth()).put("taken", confusion.taken()).put("count", confusion.count()));
        ArrayNode pictures = result.putArray("pictures");
        trial.judged().forEach(picture -> pictures.addObject()
                .put("file", picture.file().toString())
                .put("label", picture.truth().label())
                .put("index", picture.truth().index())
                .put("score", picture.truth().score())
                .put("rank", picture.rank())
                .put("takenLabel", picture.best().label())
                .put("takenIndex", picture.best().index())
                .put("takenScore", picture.best().score()));
        ArrayNode unlabelled = result.putArray("unlabelled");
        trial.unlabelled().forEach(picture -> unlabelled.add(picture.file().toString()));
        ArrayNode failed = result.putArray("failed");
        trial.failed().forEach((file, failure) -> failed.addObject()
                .put("file", file.toString())
                .put("code", failure.code().name())
                .put("message", failure.message()));
        return result;
    }
}

package io.flinkvision.core.teach;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flinkvision.core.head.HeadDescription;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.core.image.View;
import io.flinkvision.core.teach.LabelledPicture.LabelledView;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Whole frames of a camera with regions to teach from: a folder {@code frames}, and beside it {@code labels.csv} with
 * the lines {@code frame,region,label}. The regions of one frame are one group, since they have its light and weather.
 */
public final class RegionFrames {

    private static final String HEADER = "frame,region,label";

    private RegionFrames() {}

    /**
     * Reads which regions of which frames have a label; the frames are not opened.
     *
     * @param folder holds {@code frames} and {@code labels.csv}
     * @param regions a JSON file: {@code {"regions": [{"name", "x", "y", "w", "h"}, ...]}}, with boxes in parts of the
     *     frame's width and height
     * @throws TeachingException that names the file and line, if something is wrong in them
     */
    public static LabelledPictures read(Path folder, Path regions) {
        Map<String, RegionBox> boxes = boxes(regions);
        Path labels = folder.resolve("labels.csv");
        Map<String, Map<String, LabelledView>> views = new TreeMap<>();
        List<String> lines = lines(labels);
        if (lines.isEmpty() || !lines.get(0).strip().equals(HEADER)) {
            throw new TeachingException(labels + ": line 1 must be '" + HEADER + "'");
        }
        for (int line = 1; line < lines.size(); line++) {
            if (!lines.get(line).isBlank()) {
                add(views, boxes, labels + ": line " + (line + 1), lines.get(line).split(",", -1));
            }
        }
        List<LabelledPicture> pictures = new ArrayList<>();
        List<LeftOut> leftOut = new ArrayList<>();
        views.forEach((frame, ofFrame) -> {
            Path file = folder.resolve("frames").resolve(frame);
            if (Files.isRegularFile(file)) {
                pictures.add(new LabelledPicture(file, frame, List.copyOf(ofFrame.values())));
            } else {
                leftOut.add(new LeftOut(frame, "the frame has labels, but is not there"));
            }
        });
        return new LabelledPictures(pictures, leftOut);
    }

    private static void add(Map<String, Map<String, LabelledView>> views, Map<String, RegionBox> boxes, String place,
            String[] fields) {
        if (fields.length != 3) {
            throw new TeachingException(place + " has " + fields.length + " fields, not " + HEADER);
        }
        String frame = fields[0].strip();
        String region = fields[1].strip();
        if (frame.isEmpty() || frame.contains("/") || frame.startsWith(".")) {
            throw new TeachingException(place + ": '" + frame + "' is not the name of a file in the folder frames");
        }
        RegionBox box = boxes.get(region);
        if (box == null) {
            throw new TeachingException(place + ": there is no region '" + region + "'");
        }
        String label = fields[2].strip();
        if (!HeadDescription.isName(label)) {
            throw new TeachingException(place + ": '" + label + "' is no label: a label has from 1 to "
                    + HeadDescription.MAX_NAME_LENGTH + " characters, none of them a control character");
        }
        LabelledView view =
                new LabelledView(new View.Region(box), Optional.of(region), label, Optional.of(frame));
        if (views.computeIfAbsent(frame, absent -> new LinkedHashMap<>()).put(region, view) != null) {
            throw new TeachingException(place + ": region '" + region + "' of frame '" + frame
                    + "' has a label already");
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (CharacterCodingException e) {
            throw new TeachingException(file + " is not a text in UTF-8", e);
        } catch (IOException e) {
            throw new TeachingException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static Map<String, RegionBox> boxes(Path file) {
        JsonNode regions;
        try {
            regions = new ObjectMapper().readTree(file.toFile()).path("regions");
        } catch (JsonProcessingException e) {
            throw new TeachingException(file + " is not JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new TeachingException(file + " cannot be read: " + e.getMessage(), e);
        }
        Map<String, RegionBox> boxes = new LinkedHashMap<>();
        for (JsonNode region : regions) {
            String name = region.path("name").asText();
            if (name.isBlank() || boxes.containsKey(name)) {
                throw new TeachingException(file + ": region " + boxes.size() + " has "
                        + (name.isBlank() ? "no name" : "the name '" + name + "' of an earlier one"));
            }
            boxes.put(name, box(file, name, region));
        }
        if (boxes.isEmpty()) {
            throw new TeachingException(file + " has no regions");
        }
        return boxes;
    }

    private static RegionBox box(Path file, String name, JsonNode region) {
        List<String> missing = new ArrayList<>();
        double[] numbers = new double[4];
        List<String> keys = List.of("x", "y", "w", "h");
        for (int i = 0; i < numbers.length; i++) {
            JsonNode number = region.path(keys.get(i));
            numbers[i] = number.asDouble();
            if (!number.isNumber()) {
                missing.add(keys.get(i));
            }
        }
        if (!missing.isEmpty()) {
            throw new TeachingException(
                    file + ": region '" + name + "' has no number for " + String.join(", ", missing));
        }
        try {
            return new RegionBox(numbers[0], numbers[1], numbers[2], numbers[3]);
        } catch (IllegalArgumentException e) {
            throw new TeachingException(file + ": region '" + name + "': " + e.getMessage(), e);
        }
    }
}

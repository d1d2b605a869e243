package io.flinkvision.core.teach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.flinkvision.core.bundle.ModelBundle;
import io.flinkvision.core.image.DecodeLimits;
import io.flinkvision.core.image.Reduction;
import io.flinkvision.core.image.RegionBox;
import io.flinkvision.core.image.RgbImage;
import io.flinkvision.core.image.View;
import io.flinkvision.core.teach.ExampleReader.Layer;
import io.flinkvision.core.teach.Teaching.Taught;
import io.flinkvision.core.teach.TeachingReport.Measured;
import java.awt.Point;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AugmentationTest {

    private static final Teaching.Request REQUEST =
            new Teaching.Request("gate", "ab".repeat(32), Instant.parse("2025-01-01T00:00:00Z"));

    private static final ModelBundle TRIAGE = ModelBundle.read(Path.of("conf/models/triage"));

    private static final Augmentation ALL = Augmentation.parse("crop,flip");

    @TempDir
    Path folder;

    private static Taught teach(List<Example> pictures, Map<String, List<float[]>> further, int threads) {
        return Teaching.teach(TeachingSet.of(pictures, further), REQUEST, List.of(), threads);
    }

    private static Map<String, List<float[]>> copies(List<Example> pictures, int count) {
        return pictures.stream()
                .collect(Collectors.toMap(Example::digest, it -> Collections.nCopies(count, it.unit())));
    }

    /** A view that looks like its picture adds nothing: neither weight, nor an answer that the picture has taught. */
    @Test
    void viewsAreTaughtWithTheirPictureAndHeldOutWithIt() {
        List<Example> pictures = new Clouds(0.8).add("open", 30).add("shut", 20).add("car", 10).list();

        Taught plain = teach(pictures, Map.of(), 1);
        Taught augmented = teach(pictures, copies(pictures, 3), 1);

        Measured expected = plain.report().measured().orElseThrow();
        Measured measured = augmented.report().measured().orElseThrow();
        assertThat(expected.accuracy().estimate()).isLessThan(0.95);
        assertThat(measured.accuracy()).isEqualTo(expected.accuracy());
        assertThat(measured.confusion()).isEqualTo(expected.confusion());
        assertThat(measured.negativeLogLikelihood()).isCloseTo(expected.negativeLogLikelihood(), within(0.01));
        assertThat(measured.twins()).isEqualTo(expected.twins());
        assertThat(measured.unknown()).isEqualTo(expected.unknown());
        assertThat(augmented.report().pictures()).isEqualTo(60);
        assertThat(augmented.report().labels()).isEqualTo(plain.report().labels());
        assertThat(augmented.report().inverseRegularisation()).isEqualTo(plain.report().inverseRegularisation());
        for (Example picture : pictures) {
            assertThat((double) augmented.head().answer(picture.unit(), 1).labels().get(0).score())
                    .isCloseTo(plain.head().answer(picture.unit(), 1).labels().get(0).score(), within(0.01));
        }
    }

    @Test
    void whatViewsShowIsTaught() {
        List<Example> pictures = new Clouds(0.3).add("open", 12).add("shut", 12).list();
        List<Example> seen = new Clouds(0.9).add("open", 12).add("shut", 12).list();
        Map<String, List<float[]>> further = Stream.iterate(0, i -> i + 1).limit(24).collect(
                Collectors.toMap(i -> pictures.get(i).digest(), i -> List.of(seen.get(i).unit())));

        assertThat(teach(pictures, further, 1).head().digest())
                .isNotEqualTo(teach(pictures, Map.of(), 1).head().digest())
                .isEqualTo(teach(pictures, further, 4).head().digest());
    }

    private static ExampleReader.Reading read(Augmentation augmentation, FeatureFile known, int threads) {
        return read(augmentation, pictures(), known, threads);
    }

    private static ExampleReader.Reading read(
            Augmentation augmentation, List<LabelledPicture> pictures, FeatureFile known, int threads) {
        return new ExampleReader(
                TRIAGE, DecodeLimits.DEFAULTS, Reduction.DEFAULT, files -> {}, Layer.POOLED, augmentation)
                .read(pictures, known, threads);
    }

    private static List<LabelledPicture> pictures() {
        return Stream.of("meal_1.jpg", "other_1.jpg", "report_1.jpg")
                .map(name -> new LabelledPicture(Path.of("conf/models/triage/images", name), name,
                        List.of(new LabelledPicture.LabelledView(View.WHOLE, Optional.empty(), name, Optional.empty()))))
                .toList();
    }

    private static FeatureFile none() {
        return new FeatureFile(FeatureFile.Network.of(TRIAGE), List.of());
    }

    @Test
    void aPictureIsReadAsItIsAndInItsFurtherViewsByAnyNumberOfThreads() {
        ExampleReader.Reading plain = read(Augmentation.NONE, none(), 1);
        ExampleReader.Reading augmented = read(ALL, none(), 1);
        ExampleReader.Reading known = read(ALL, new FeatureFile(none().network(), plain.pictures()), 3);

        assertThat(plain.further()).isEmpty();
        for (int i = 0; i < 3; i++) {
            Example picture = augmented.examples().get(i);
            assertThat(picture.unit()).isEqualTo(plain.examples().get(i).unit());
            List<float[]> views = augmented.further().get(picture.digest());
            assertThat(views).hasSize(11).doesNotHaveDuplicates();
            assertThat(known.further().get(picture.digest())).usingRecursiveComparison().isEqualTo(views);
        }
        assertThat(known.known()).isZero();
    }

    /** Pictures of the network's size are not resized, so that their mirror images have the same pixels. */
    @Test
    void aFurtherViewHasTheFeaturesOfAPictureThatWasCutOrMirroredBeforehand() throws IOException {
        BufferedImage picture = noise(100, 60);
        List<Point> corners =
                List.of(new Point(0, 0), new Point(10, 0), new Point(0, 6), new Point(10, 6), new Point(5, 3));
        Example whole = example(picture, View.WHOLE);
        BufferedImage square = noise(TRIAGE.preprocessing().inputSize(), TRIAGE.preprocessing().inputSize());
        View stretched = new View.Region(RegionBox.WHOLE);

        List<float[]> crops = further("crop", picture, View.WHOLE);

        assertThat(crops).hasSize(5);
        for (int i = 0; i < 5; i++) {
            BufferedImage cut = picture.getSubimage(corners.get(i).x, corners.get(i).y, 90, 54);
            assertThat(crops.get(i)).as(corners.get(i).toString())
                    .isEqualTo(example(cut, View.WHOLE).unit()).isNotEqualTo(whole.unit());
        }
        assertThat(further("flip", square, stretched)).singleElement()
                .isEqualTo(example(mirrored(square), stretched).unit())
                .isNotEqualTo(example(square, stretched).unit());
        assertThat(further("crop,flip", square, stretched).get(5))
                .isEqualTo(example(mirrored(square), stretched).unit());
    }

    private static BufferedImage noise(int width, int height) {
        BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Random random = new Random(7);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                picture.setRGB(x, y, random.nextInt());
            }
        }
        return picture;
    }

    private static BufferedImage mirrored(BufferedImage picture) {
        BufferedImage mirrored = new BufferedImage(picture.getWidth(), picture.getHeight(), picture.getType());
        for (int y = 0; y < picture.getHeight(); y++) {
            for (int x = 0; x < picture.getWidth(); x++) {
                mirrored.setRGB(picture.getWidth() - 1 - x, y, picture.getRGB(x, y));
            }
        }
        return mirrored;
    }

    private Example example(BufferedImage picture, View view) throws IOException {
        return read(Augmentation.NONE, List.of(labelled(picture, view)), none(), 1).examples().get(0);
    }

    private List<float[]> further(String augmentation, BufferedImage picture, View view) throws IOException {
        ExampleReader.Reading reading =
                read(Augmentation.parse(augmentation), List.of(labelled(picture, view)), none(), 1);
        return reading.further().get(reading.examples().get(0).digest());
    }

    private LabelledPicture labelled(BufferedImage picture, View view) throws IOException {
        Path file = folder.resolve("picture.png");
        ImageIO.write(picture, "png", file.toFile());
        return new LabelledPicture(file, "picture.png",
                List.of(new LabelledPicture.LabelledView(view, Optional.empty(), "open", Optional.empty())));
    }

    @Test
    void aMirrorImageHasTheColumnsTheOtherWayRound() {
        RgbImage image = new RgbImage(2, 2, new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});

        List<RgbImage> further = Augmentation.parse("flip").further(image, List.of()).toList();

        assertThat(further).singleElement().extracting(RgbImage::samples)
                .isEqualTo(new byte[] {4, 5, 6, 1, 2, 3, 10, 11, 12, 7, 8, 9});
        assertThat(Augmentation.parse("crop").further(image, List.of(image))).containsExactly(image);
        assertThat(ALL.further(image, List.of(image))).hasSize(3);
    }

    @Test
    void cropsOfARegionLieInItAndThoseOfAWholePictureTakeTheModelsRule() {
        RegionBox box = new RegionBox(0.5, 0.25, 0.5, 0.75);

        List<View> ofRegion = ALL.crops(new View.Region(box));

        assertThat(ofRegion).hasSize(5).doesNotHaveDuplicates().allSatisfy(view -> {
            RegionBox crop = ((View.Region) view).box();
            assertThat(crop.x()).isGreaterThanOrEqualTo(0.5);
            assertThat(crop.y()).isGreaterThanOrEqualTo(0.25);
            assertThat(crop.width()).isCloseTo(0.45, within(1e-9));
            assertThat(crop.height()).isCloseTo(0.675, within(1e-9));
        });
        assertThat(ALL.crops(View.WHOLE)).hasSize(5).allSatisfy(view -> assertThat(view).isInstanceOf(View.Crop.class));
        assertThat(Augmentation.parse("flip").crops(View.WHOLE)).isEmpty();
    }

    @Test
    void onlyViewsThatThereAreAreTaught() {
        for (String text : List.of("", "crop,", "rotate", "flip,flip", "crop flip")) {
            assertThatIllegalArgumentException().isThrownBy(() -> Augmentation.parse(text))
                    .withMessage("must be crop, flip or crop,flip, not '" + text + "'");
        }
        LabelledPicture picture = pictures().get(0);
        LabelledPictures many = new LabelledPictures(Collections.nCopies(1_667, picture), List.of());
        assertThatExceptionOfType(TeachingException.class).isThrownBy(() -> ALL.requireFew(many))
                .withMessageContaining("1667 pictures with 12 views each");
        ALL.requireFew(new LabelledPictures(Collections.nCopies(1_666, picture), List.of()));
        Augmentation.NONE.requireFew(many);
    }
}

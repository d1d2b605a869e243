package io.flinkvision.core.teach;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.flinkvision.core.system.Sha256;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names of folders for cameras, regions and labels, which come from outside and may be any text. Percent-encoded is
 * what a file system refuses, what has a meaning there, and what people cannot see or tell apart: {@code a/b} is
 * {@code a%2Fb}. Other names, such as {@code gate 7} and {@code käfig}, stay as they are.
 */
public final class FolderName {

    /** Bytes of a name in UTF-8; file systems take 255, of which an ending needs some. */
    public static final int MAX_BYTES = 200;

    /** Bytes of a shortened name that are the text's own. */
    private static final int KEPT_BYTES = 150;

    /** Before the digest of a shortened name; no other encoded name has it, since percent signs are encoded. */
    private static final String SHORTENED = "%~";

    private static final int DIGEST_LENGTH = 32;

    private static final String SPECIAL = "%/\\:*?\"<>|";
    private static final String SPECIAL_AT_THE_START = ".-~ ";
    private static final String SPECIAL_AT_THE_END = ". ";

    /** The names of devices on Windows, with any ending. */
    private static final Pattern DEVICE =
            Pattern.compile("(con|prn|aux|nul|com[0-9]|lpt[0-9])(\\..*)?", Pattern.CASE_INSENSITIVE);

    /** Files that lie beside folders of these names. */
    private static final Set<String> TAKEN =
            Set.of(RegionFile.NAME, FeatureFile.NAME, PictureFolder.REVIEWS, "teach.log", "teach.log.1");

    private static final Pattern ENCODED_BYTES = Pattern.compile("(%[0-9a-fA-F]{2})+");

    private FolderName() {}

    /**
     * The name of a text's folder. Different texts have different ones, which differ by more than the composition of
     * characters. One that would be longer than {@link #MAX_BYTES} is shortened, and ends with a digest.
     *
     * @throws IllegalArgumentException if the text is empty, or is not Unicode, with half a surrogate pair
     */
    public static String encode(String text) {
        if (text.isEmpty() || !UTF_8.newEncoder().canEncode(text)) {
            throw new IllegalArgumentException("'" + text + "' cannot be the name of a folder");
        }
        // Some file systems compose or decompose characters, and the text has to be found again as it is.
        boolean asciiOnly = !Normalizer.isNormalized(text, Normalizer.Form.NFC);
        boolean reserved = DEVICE.matcher(text).matches() || TAKEN.contains(text.toLowerCase(Locale.ROOT));
        StringBuilder name = new StringBuilder();
        int kept = 0;
        for (int i = 0; i < text.length(); ) {
            int character = text.codePointAt(i);
            int next = i + Character.charCount(character);
            boolean plain = isPlain(character) && !(asciiOnly && character >= 0x80)
                    && !(i == 0 && (reserved || SPECIAL_AT_THE_START.indexOf(character) >= 0))
                    && !(next == text.length() && SPECIAL_AT_THE_END.indexOf(character) >= 0);
            append(name, text.substring(i, next), plain);
            i = next;
            if (bytes(name) <= KEPT_BYTES) {
                kept = name.length();
            }
        }
        return bytes(name) <= MAX_BYTES ? name.toString()
                : name.substring(0, kept) + SHORTENED + Sha256.of(text).substring(0, DIGEST_LENGTH);
    }

    /** Whether {@link #decode} gives back a text, since its name need not be shortened. */
    public static boolean isReversible(String text) {
        return !encode(text).contains(SHORTENED);
    }

    private static int bytes(CharSequence name) {
        return name.toString().getBytes(UTF_8).length;
    }

    private static boolean isPlain(int character) {
        return SPECIAL.indexOf(character) < 0 && switch (Character.getType(character)) {
            case Character.CONTROL, Character.FORMAT, Character.PRIVATE_USE, Character.UNASSIGNED,
                    Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> false;
            case Character.SPACE_SEPARATOR -> character == ' ';
            default -> true;
        };
    }

    private static void append(StringBuilder name, String character, boolean plain) {
        if (plain) {
            name.append(character);
            return;
        }
        for (byte b : character.getBytes(UTF_8)) {
            name.append(String.format("%%%02X", b & 0xff));
        }
    }

    /**
     * The text of a folder's name, in composed characters except where it is encoded. A percent sign that encodes
     * nothing stays, since people make folders too.
     */
    public static String decode(String name) {
        return ENCODED_BYTES.matcher(Normalizer.normalize(name, Normalizer.Form.NFC))
                .replaceAll(encoded -> Matcher.quoteReplacement(decode(encoded)));
    }

    private static String decode(MatchResult encoded) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (String digits : encoded.group().substring(1).split("%")) {
            bytes.write(Integer.parseInt(digits, 16));
        }
        try {
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray())).toString();
        } catch (CharacterCodingException e) {
            return encoded.group();
        }
    }
}
